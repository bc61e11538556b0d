// An error of somebody else's code as it may be logged: its name, message and stack, without the secrets that it was given.
// Nothing else of it: libraries hang requests, headers and all, on their errors.

/** What is shorter is no secret; nor does a text grow by being scrubbed. */
const shortestSecret = 6;
const inItsPlace = "(...)";

/** What was thrown that is no error; not everything can be made a text. */
export function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return "something that cannot be written down";
  }
}

/** @param secrets texts that may not be in what is returned */
export function withoutSecrets(error: unknown, secrets: readonly string[]): Error {
  const real = secrets
    .filter(({ length }) => length >= shortestSecret)
    .toSorted((a, b) => b.length - a.length);
  const scrub = (text: string) => real.reduce((left, secret) => left.replaceAll(secret, inItsPlace), text);
  if (!(error instanceof Error)) return new Error(scrub(textOf(error)));
  const scrubbed = new Error(scrub(error.message));
  scrubbed.name = error.name;
  scrubbed.stack = scrub(error.stack ?? "");
  return scrubbed;
}
