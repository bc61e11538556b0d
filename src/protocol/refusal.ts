// A refusal is an answer, not a failure: one of eight codes and a sentence for the person at the other end.
// Never carries a secret, an internal text or a stack to the client.

/** The only codes a join is refused with (CONTRACT 1). */
export type RefusalCode = 400 | 401 | 403 | 409 | 410 | 413 | 429 | 503;

export class Refusal extends Error {
  readonly code: RefusalCode;

  constructor(code: RefusalCode, sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = "Refusal";
    this.code = code;
  }
}

/** A 503 that says when to try again; the SDK keeps only code and sentence, so the hint is in the sentence. */
export function retryLater(sentence: string, retryInMs: number): Refusal {
  return new Refusal(503, `${sentence}; retry in ${Math.round(retryInMs)} ms`);
}
