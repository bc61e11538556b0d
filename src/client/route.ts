// What to do about an attempt that did not bring us back: which path next, when, or never again. Pure.
import { closeCodes, dutyAfter } from "../protocol/close-codes.ts";
import { type Chance, hintedDelayMs, hintIn, retryDelayMs } from "./backoff.ts";
import type { EndReason, ReturnPath } from "./types.ts";

export type Failure =
  /** The server answered, with a code of HTTP's kind. */
  | { readonly type: "refused"; readonly code: number; readonly sentence: string }
  /** The socket was closed before we were back. */
  | { readonly type: "closed"; readonly code: number; readonly sentence: string }
  /** Nobody answered: refused connection, reset, no such host. */
  | { readonly type: "unreachable" }
  /** Silence. */
  | { readonly type: "timed_out" };

export interface Ending {
  readonly status: "left" | "failed";
  readonly endReason: EndReason;
  readonly sentence: string;
  readonly code?: number;
}

export interface Trail {
  readonly path: ReturnPath;
  /** A session's token that may still be good. */
  readonly hasTicket: boolean;
  /** The session was in the event before. */
  readonly hasBeenIn: boolean;
  /** Attempts that failed, this one included. */
  readonly failures: number;
  /** The proof can be asked for again, and has not been. */
  readonly canRenew: boolean;
}

export type Step =
  | {
      readonly type: "try";
      readonly path: ReturnPath;
      readonly delayMs: number;
      readonly forgetTicket?: true;
      readonly renew?: true;
    }
  | { readonly type: "end"; readonly ending: Ending };

/** Refusals of a join that no patience changes. */
const final: ReadonlySet<number> = new Set([400, 401, 403, 409, 410, 413]);

/** A room's word for a kick; other refusals with 403 are the token's or a room author's. */
const removedSentence = "This device was removed from the event";

/** The session is over when its socket closes with one of these. */
const endings = new Map<number, Ending>([
  [
    closeCodes.consented.code,
    { status: "left", endReason: "consented", sentence: "You have left the event." },
  ],
  [
    closeCodes.kicked.code,
    { status: "left", endReason: "kicked", sentence: "You were removed from the event." },
  ],
  [
    closeCodes.replaced.code,
    { status: "left", endReason: "replaced", sentence: "This seat is in use in another tab or device." },
  ],
  [
    closeCodes.eventClosed.code,
    { status: "left", endReason: "event_closed", sentence: "The event has been closed." },
  ],
]);

const lostCodes: ReadonlySet<number> = new Set([1001, 1005, 1006, 1015]);

/** What a close means to whoever was not in yet. */
export function failureOfClose(code: number, sentence = ""): Failure {
  return lostCodes.has(code) ? { type: "unreachable" } : { type: "closed", code, sentence };
}

/** How a close ends the session; undefined when it only ends the connection. */
export function endingOf(code: number): Ending | undefined {
  const ending = endings.get(code);
  return ending === undefined ? undefined : { ...ending, code };
}

export const replacedHere: Ending = endings.get(closeCodes.replaced.code) as Ending;
export const consented: Ending = endings.get(closeCodes.consented.code) as Ending;
export const unreachable: Ending = {
  status: "failed",
  endReason: "unreachable",
  sentence: "The server cannot be reached.",
};

/** What follows a failed attempt. */
export function nextStep(failure: Failure, trail: Trail, chance: Chance): Step {
  if (failure.type === "closed") return afterClose(failure, trail, chance);
  if (failure.type === "refused") return afterRefusal(failure, trail, chance);
  return again(trail, retryDelayMs(trail.failures, failure.type === "timed_out", chance));
}

function afterClose({ code }: { code: number }, trail: Trail, chance: Chance): Step {
  const ending = endingOf(code);
  if (ending !== undefined) return { type: "end", ending };
  const isAnswer = dutyAfter(code) === "rejoin";
  return (
    (isAnswer ? onward(trail.path) : undefined) ?? again(trail, retryDelayMs(trail.failures, false, chance))
  );
}

function afterRefusal(
  { code, sentence }: { code: number; sentence: string },
  trail: Trail,
  chance: Chance,
): Step {
  const isNo = code < 500 && code !== 429;
  const next = isNo ? onward(trail.path) : undefined;
  if (next !== undefined) return next;
  if (code === 401 && trail.canRenew)
    return { type: "try", path: "join", delayMs: 0, forgetTicket: true, renew: true };
  if (final.has(code)) return { type: "end", ending: endingOfRefusal(code, sentence, trail.hasBeenIn) };
  const hintMs = hintIn(sentence);
  const delayMs =
    hintMs === undefined ? retryDelayMs(trail.failures, false, chance) : hintedDelayMs(hintMs, chance);
  return again(trail, delayMs);
}

/** Who was in, and is refused for what happened meanwhile, has heard of it all the same. */
function endingOfRefusal(code: number, sentence: string, hasBeenIn: boolean): Ending {
  const isKicked = code === 403 && sentence === removedSentence;
  const meanwhile = isKicked ? closeCodes.kicked : code === 410 ? closeCodes.eventClosed : undefined;
  const ending = hasBeenIn && meanwhile !== undefined ? endings.get(meanwhile.code) : undefined;
  return ending === undefined
    ? { status: "failed", endReason: "refused", code, sentence }
    : { ...ending, code };
}

/** The next path, at once: whoever answered is there. */
function onward(path: ReturnPath): Step | undefined {
  if (path === "socket") return { type: "try", path: "token", delayMs: 0 };
  if (path === "token") return { type: "try", path: "join", delayMs: 0, forgetTicket: true };
  return undefined;
}

/** HTTP from here on: unlike a socket that dies, it says why. */
function again({ hasTicket, path }: Trail, delayMs: number): Step {
  return { type: "try", path: hasTicket && path !== "join" ? "token" : "join", delayMs };
}
