// Colyseus's form of a refusal. What a room throws reaches the framework as a ServerError (the only class that it passes
// on as it is, with codes of 200-599; it turns others into 500 with a stack); what the framework throws becomes a Refusal.
import { ErrorCode, ServerError } from "@colyseus/core";
import { asRefusal, noSuchMethod, noSuchSeat, reconnectionRefused } from "../../admission/refusals.ts";
import type { Telemetry } from "../../ops/telemetry.ts";
import { Refusal, type RefusalCode } from "../../protocol/refusal.ts";

/** What the matchmaker's own codes (core 0.18.17, ErrorCode) mean in the contract's terms. */
const translations = new Map<number, () => Refusal>([
  [ErrorCode.MATCHMAKE_NO_HANDLER, noSuchMethod],
  [ErrorCode.MATCHMAKE_INVALID_ROOM_ID, noSuchSeat],
  [ErrorCode.MATCHMAKE_EXPIRED, reconnectionRefused],
]);

const codes: ReadonlySet<number> = new Set<RefusalCode>([400, 401, 403, 404, 409, 410, 413, 429, 503]);

/** An error as it was before the framework saw it; one of the framework's own as a refusal, if it is an answer. */
export function withoutServerError(error: unknown): unknown {
  if (!(error instanceof ServerError)) return error;
  if (error.cause instanceof Refusal) return error.cause;
  if (codes.has(error.code)) return new Refusal(error.code as RefusalCode, error.message);
  return translations.get(error.code)?.() ?? error;
}

/** The framework prints and passes on only its own class of errors as they are. */
export function asServerError(refusal: Refusal): ServerError {
  return new ServerError(refusal.code, refusal.message, { cause: refusal });
}

/** Resolves and rejects likewise, but with the framework's form of a refusal. */
export async function forFramework<Result>(asked: Promise<Result>): Promise<Result> {
  try {
    return await asked;
  } catch (error) {
    throw error instanceof Refusal ? asServerError(error) : error;
  }
}

/** True for an error that is an answer: ours, or the framework's form of it. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Refusal || (error instanceof ServerError && codes.has(error.code));
}

/** Waits for what answers a client; whatever it throws comes out as a refusal, and is reported. @throws ServerError */
export async function answered(
  telemetry: Telemetry,
  ids: { event_id: string | undefined },
  answer: Promise<void>,
): Promise<void> {
  try {
    await answer;
  } catch (error) {
    const refusal = asRefusal(withoutServerError(error), telemetry, "answer", ids);
    telemetry.recordRefusal(refusal, ids);
    throw asServerError(refusal);
  }
}

/**
 * The framework's static onAuth of every event room. Joins of events are reserved by admission (admission/matchmaking), and
 * no request of the framework's own matchmaking for an event is let through to it.
 * @throws ServerError
 */
export function refuseFrameworkJoin(): never {
  throw asServerError(noSuchMethod());
}
