// Decides what follows an attempt that did not bring us back: which path next, when, or never again. Pure.
import { closeCode } from "../../protocol/close-code.ts";
import type { RefusalReason } from "../../protocol/refusal.ts";
import { type Chance, hintedDelayMs, retryDelayMs, slowDelayMs } from "./backoff.ts";
import type { EndReason, OutageReason, ReturnPath } from "../types/index.ts";

export type Failure =
  /** The server answered, with a code of HTTP's kind. */
  | Refused
  /** The socket was closed before we were back. */
  | { readonly type: "closed"; readonly code: number; readonly sentence: string }
  /** Nobody answered: refused connection, reset, no such host. */
  | { readonly type: "unreachable" }
  /** Silence. */
  | { readonly type: "timed_out" };

export interface Refused {
  readonly type: "refused";
  readonly code: number;
  readonly sentence: string;
  /** Missing in what a room says over the socket, and in answers of version 0.1.0. */
  readonly reason?: RefusalReason | undefined;
  readonly retryAfterMs?: number | undefined;
}

export interface Ending {
  readonly status: "left" | "failed";
  readonly endReason: EndReason;
  readonly sentence: string;
  readonly code?: number;
  readonly reason?: RefusalReason;
}

export interface Trail {
  readonly path: ReturnPath;
  /** Credentials of the session that may still be good. */
  readonly hasCredentials: boolean;
  /** The session was in the event before. */
  readonly hasBeenIn: boolean;
  /** Attempts that failed, this one included. */
  readonly failures: number;
  /** The proof can be asked for again, and has not been. */
  readonly canRenew: boolean;
  /** Being full is no end: a place may become free. */
  readonly waitsForPlace: boolean;
}

export type Step =
  | {
      readonly type: "try";
      readonly path: ReturnPath;
      readonly delayMs: number;
      readonly forgetCredentials?: true;
      readonly renew?: true;
      /** The event is full; the server answers, so this is no trying in vain. */
      readonly isWaiting?: true;
    }
  | { readonly type: "end"; readonly ending: Ending };

/** Refusals of a join that trying again does not change. */
const final: ReadonlySet<number> = new Set([400, 401, 403, 404, 409, 410, 413]);

const left = (endReason: EndReason, sentence: string): Ending => ({ status: "left", endReason, sentence });
const kicked = left("kicked", "You were removed from the event.");
/** What ends here, and at the server by the same words. */
export const endingHere = {
  consented: left("consented", "You have left the event."),
  replaced: left("replaced", "This seat is in use in another tab or device."),
  closed: left("closed", "This page has let go of the event."),
};
const eventClosed = left("event_closed", "The event has been closed.");

/** The session is over when its socket closes with one of these. */
const endings = new Map<number, Ending>([
  [closeCode.consented, endingHere.consented],
  [closeCode.kicked, kicked],
  [closeCode.replaced, endingHere.replaced],
  [closeCode.eventClosed, eventClosed],
]);

const lostCodes: ReadonlySet<number> = new Set([1001, 1005, 1006, 1015]);

/** The socket died without a close frame: nobody has said anything. */
export const isSilentClose = (code: number): boolean => code === 1006 || code === 1015;

/** What a close means to whoever was not in yet. */
export function failureOfClose(code: number, sentence = ""): Failure {
  return lostCodes.has(code) ? { type: "unreachable" } : { type: "closed", code, sentence };
}

/** How a close ends the session; undefined when it only ends the connection. */
export function endingOf(code: number): Ending | undefined {
  const ending = endings.get(code);
  return ending === undefined ? undefined : { ...ending, code };
}

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
  const next = code === closeCode.comeBack ? undefined : onward(trail.path); // any other is an answer to this path
  return next ?? again(trail, retryDelayMs(trail.failures, false, chance));
}

function afterRefusal(refused: Refused, trail: Trail, chance: Chance): Step {
  const { code, reason, retryAfterMs } = refused;
  const isNo = code < 500 && code !== 429;
  const next = isNo ? onward(trail.path) : undefined;
  if (next !== undefined) return next;
  if (code === 401 && trail.canRenew)
    return { type: "try", path: "join", delayMs: 0, forgetCredentials: true, renew: true };
  const isWaiting = reason === "full" && trail.waitsForPlace;
  // Without a reason it may be somebody else's answer: whoever was in asks on until it has one.
  const isLast = final.has(code) && (reason !== undefined || !trail.hasBeenIn);
  if (isLast && !isWaiting) return { type: "end", ending: endingOfRefusal(refused, trail.hasBeenIn) };
  const usualMs = () => (isWaiting ? slowDelayMs(chance) : retryDelayMs(trail.failures, false, chance));
  const delayMs = retryAfterMs === undefined ? usualMs() : hintedDelayMs(retryAfterMs, chance);
  return isWaiting ? { type: "try", path: "join", delayMs, isWaiting } : again(trail, delayMs);
}

/** Who was in, and is refused for what happened meanwhile, ends as for those who were there. */
function endingOfRefusal({ code, reason, sentence }: Refused, hasBeenIn: boolean): Ending {
  const why = reason === undefined ? { code } : { code, reason };
  if (hasBeenIn && reason === "kicked") return { ...kicked, ...why };
  if (hasBeenIn && reason === "closed") return { ...eventClosed, ...why };
  return { status: "failed", endReason: "refused", sentence, ...why };
}

/** The next path, at once: whoever answered is there. */
function onward(path: ReturnPath): Step | undefined {
  if (path === "socket") return { type: "try", path: "token", delayMs: 0 };
  if (path === "token") return { type: "try", path: "join", delayMs: 0, forgetCredentials: true };
  return undefined;
}

/** HTTP from here on: unlike a socket that dies, it says why. */
function again({ hasCredentials, path }: Trail, delayMs: number): Step {
  return { type: "try", path: hasCredentials && path !== "join" ? "token" : "join", delayMs };
}

/** Why a connection is lost that was closed with this code, and may be won again. */
export function lossOf(code: number): OutageReason {
  return code === closeCode.serverShutdown ? "server_restart" : "connection_lost";
}

/** Who was closed for sending too much comes back later than who was cut: what it sends has to become less first. */
const floodPauseMs = 1000;

/** How long to wait before another connection, in ms; undefined: as after any loss. */
export function pauseAfter(code: number, chance: Chance): number | undefined {
  return code === closeCode.protocolViolation ? hintedDelayMs(floodPauseMs, chance) : undefined;
}
