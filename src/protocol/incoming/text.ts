// Text as the wire counts it: in code points, as JSON Schema does, and never in UTF-16 units. Each validator says of itself
// what JSON Schema can say of it, so that the published schemas refuse what the server refuses, and nothing else.
import { z } from "zod";

/** [J1] names are compared code point by code point, so only well-formed text without controls is a name. */
const controlCharacter = /\p{Cc}/u;
/** The same for a schema: neither a control character nor half of a surrogate pair. */
const namePattern = "^[^\\p{Cc}\\p{Cs}]*$";

/** Why a text is too short or too long, as the end of a sentence; undefined when it is neither. */
function whyNotAsLong(value: string, max: number, min: number): string | undefined {
  // A code point is at most two UTF-16 units, so a huge string is refused without being walked.
  const length = value.length > 2 * max ? value.length : [...value].length;
  return length < min || length > max ? `it must have ${min} to ${max} characters` : undefined;
}

/** Why a text is no name, as the end of a sentence; undefined when it is one. */
export function whyNotAName(value: string, max: number, min = 1): string | undefined {
  if (!value.isWellFormed()) return "it contains a lone surrogate";
  if (controlCharacter.test(value)) return "it contains a control character";
  return whyNotAsLong(value, max, min);
}

type Why = (value: string) => string | undefined;

function refined(text: z.ZodString, why: Why, prefix: string) {
  return text.superRefine((value, context) => {
    const reason = why(value);
    if (reason !== undefined) context.addIssue({ code: "custom", message: `${prefix}${reason}` });
  });
}

/** Any text of `min` to `max` code points. */
export function characters(max: number, min = 1) {
  return refined(z.string(), (value) => whyNotAsLong(value, max, min), "").meta({
    minLength: min,
    maxLength: max,
  });
}

/** The text of a join option, whose refusals name it: `Missing <field>`, `Invalid <field>: <why>`. */
function option(field: string, why: Why) {
  const error = ({ input }: { input?: unknown }) =>
    input === undefined || input === null ? `Missing ${field}` : `Invalid ${field}: it must be a string`;
  return refined(z.string({ error }), why, `Invalid ${field}: `);
}

/** A join option that is a name of `min` to `max` code points. */
export function nameOption(field: string, max: number, min = 1) {
  const fields = { minLength: min, maxLength: max, pattern: namePattern };
  return option(field, (value) => whyNotAName(value, max, min)).meta(fields);
}

/** A join option that is any text of at most `max` code points. */
export function textOption(field: string, max: number) {
  const why = (value: string) =>
    whyNotAsLong(value, max, 0) ? `it must have 1 to ${max} characters` : undefined;
  return option(field, why).meta({ maxLength: max });
}
