// An event is stored, and of a type that this server does not define: an older server of a rolling deploy, or a room class
// that was taken away. It is kept, so that a server that defines its type can serve it.
import { Refusal, retryHintMs } from "./refusal.ts";

/** Another server may define it any moment; one that is alone will not before its next start. */
const hintMs = 2 * retryHintMs;

export class UnservedType extends Refusal {
  readonly type: string;

  constructor(type: string) {
    const sentence = `This server has no events of the type ${JSON.stringify(type)}; retry in ${hintMs} ms`;
    super(503, sentence, { reason: "unavailable", retryAfterMs: hintMs });
    this.type = type;
  }
}
