// Codes of events that are read out and typed in. Fresh ones only: which are taken, whoever makes the event says.
import { randomInt } from "node:crypto";
import { eventCodeAlphabet, eventCodeLength } from "../protocol/event-details.ts";

/** A code by chance: one of 24 to the power of 6, which are 191 million. */
export function randomCode(): string {
  let code = "";
  for (let i = 0; i < eventCodeLength; i++)
    code += eventCodeAlphabet.charAt(randomInt(eventCodeAlphabet.length));
  return code;
}
