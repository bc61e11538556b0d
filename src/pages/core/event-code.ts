// An event's code as a person types and reads it: `K7Q-4XM`, in any case, with the hyphen or without. Pure. Only the field of the
// way in reads codes so; an id in a link is taken exactly as it is.

const aCode = /^[A-Z0-9]{6}$/;
/** Two groups, and what phones and people put between them: hyphens and dashes of any kind, spaces. */
const typedCode = /^([a-z0-9]{3})[\s\p{Dash_Punctuation}]*([a-z0-9]{3})$/iu;

/**
 * The ids of events that this may mean, the likeliest first: as a code, and exactly as it was typed. Empty when it is.
 * @example idsTyped(" k7q-4xm") // ["K7Q4XM", "k7q-4xm"]
 */
export function idsTyped(text: string): readonly string[] {
  const exact = text.trim();
  if (exact === "") return [];
  const [, first, second] = typedCode.exec(exact) ?? [];
  if (first === undefined || second === undefined) return [exact];
  const code = (first + second).toUpperCase();
  return code === exact ? [code] : [code, exact];
}

/** An event's id as it is shown: a code in two groups, anything else as it is. */
export function shownCode(eventId: string): string {
  return aCode.test(eventId) ? `${eventId.slice(0, 3)}-${eventId.slice(3)}` : eventId;
}
