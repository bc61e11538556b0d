// Every error that may reach a joining client goes through here and comes out as one of the contract's codes and a
// sentence. Colyseus turns codes outside 200-599 into 500 with a stack, and lets other errors' texts through.
import { ErrorCode, ServerError } from "@colyseus/core";
import type { Telemetry } from "../ops/telemetry.ts";
import { Refusal, type RefusalCode, retryLater } from "../protocol/refusal.ts";

const retryMs = 1000;

export const noSuchMethod = () =>
  new Refusal(400, 'Use joinOrCreate or reconnect, with the room name "event"', { reason: "no_such_method" });

/** Said while the process is on its way out. */
export const restarting = () => retryLater("The server is restarting", retryMs, "draining");

/** Said while nothing may be promised that is not stored. */
export const notStorable = () => retryLater("Seats cannot be stored just now", retryMs, "suspended");

/** A reconnection token that is not, or not any more, its seat's. */
export function reconnectionRefused(): Refusal {
  return new Refusal(401, "The reconnection token is not valid any more; join again", {
    reason: "seat_gone",
  });
}

/** An event that is not here, and that nobody knows. */
export const noSuchSeat = () =>
  new Refusal(401, "There is no such seat any more; join again", { reason: "seat_gone" });

/** What the matchmaker's own codes (core 0.18.17, ErrorCode) mean in the contract's terms. */
const translations = new Map<number, () => Refusal>([
  [ErrorCode.MATCHMAKE_NO_HANDLER, noSuchMethod],
  [ErrorCode.MATCHMAKE_INVALID_ROOM_ID, noSuchSeat],
  [ErrorCode.MATCHMAKE_EXPIRED, reconnectionRefused],
]);

const codes: ReadonlySet<number> = new Set<RefusalCode>([400, 401, 403, 404, 409, 410, 413, 429, 503]);

/** `onUnexpected` hears of errors that are nobody's answer, so that they are logged and not lost. */
export function asRefusal(error: unknown, onUnexpected: (error: unknown) => void): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof ServerError) {
    if (error.cause instanceof Refusal) return error.cause;
    if (codes.has(error.code)) return new Refusal(error.code as RefusalCode, error.message);
    const translated = translations.get(error.code);
    if (translated !== undefined) return translated();
  }
  onUnexpected(error);
  return retryLater("The server could not complete this join", retryMs);
}

/** The framework prints and passes on only its own class of errors as they are. */
export function asServerError(refusal: Refusal): ServerError {
  return new ServerError(refusal.code, refusal.message, { cause: refusal });
}

/** True for an error that is an answer: ours, or the framework's form of it. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Refusal || (error instanceof ServerError && codes.has(error.code));
}

/** Runs what answers a client; whatever it throws comes out as a refusal, and is watched. @throws ServerError */
export async function answered(
  telemetry: Telemetry,
  ids: { event_id: string | undefined },
  answer: () => Promise<void>,
): Promise<void> {
  try {
    await answer();
  } catch (error) {
    const refusal = asRefusal(error, (cause) => telemetry.reportError("answer", cause, ids));
    telemetry.recordRefusal(refusal, ids);
    throw asServerError(refusal);
  }
}
