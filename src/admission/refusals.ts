// The refusals that admission has sentences for. Whatever goes wrong with a join becomes one of them before a client
// receives it: a code of the contract, and no inner text.
import { Refusal, retryHintMs, retryLater } from "../protocol/refusal.ts";

/** Where an error that is nobody's answer is reported, so that it is logged and not lost. ops/telemetry implements it. */
export interface ErrorReports {
  reportError(where: string, error: unknown, fields?: Record<string, unknown>): void;
}

export const noSuchMethod = () =>
  new Refusal(400, 'Use joinOrCreate or reconnect, with the room name "event"', { reason: "no_such_method" });

export const noCreation = () =>
  new Refusal(400, "An event is opened by joinOrCreate, or by its server; create is not for events", {
    reason: "no_such_method",
  });

/** The event is there, or stored, and joined by the name of another type. */
export const otherType = (type: string, asked: string) =>
  new Refusal(
    409,
    `The event is of the type "${type}", and not "${asked}"; join it as "${type}" or "event"`,
    {
      reason: "other_type",
    },
  );

/** A room's id, and the id of an event that has another. */
export const otherEvent = () =>
  new Refusal(400, "Invalid event_id: the room of this id is another event's", { reason: "invalid_field" });

/** There is none, and whoever asks may not, or will not, open it. */
export const noSuchEvent = (eventId?: string) =>
  new Refusal(
    404,
    eventId === undefined ? "There is no such event" : `There is no event ${JSON.stringify(eventId)}`,
    {
      reason: "no_such_event",
    },
  );

/** The server holds as many events as it may. */
export const tooManyEvents = (maxEvents: number) =>
  retryLater(
    `This server already holds its maximum of ${maxEvents} events`,
    10 * retryHintMs,
    "too_many_events",
  );

/** Said while the process is on its way out. */
export const restarting = () => retryLater("The server is restarting", retryHintMs, "draining");

/** Said while nothing may be promised that is not stored. */
export const notStorable = () => retryLater("Seats cannot be stored just now", retryHintMs, "suspended");

/** The event's room is going, and another may come. */
export const beingClosed = () => retryLater("The event is being closed", retryHintMs, "moving");

/** A reconnection token that is not, or not any more, its seat's. */
export const reconnectionRefused = () =>
  new Refusal(401, "The reconnection token is not valid any more; join again", { reason: "seat_gone" });

/** An event that is not here, and that nobody knows. */
export const noSuchSeat = () =>
  new Refusal(401, "There is no such seat any more; join again", { reason: "seat_gone" });

/** What ends the wait of a client that has gone: nobody receives it, and nobody was refused. */
export const goneAway = new Refusal(503, "The client has gone");

/** One whose code is an HTTP answer's: an author may write any number. */
const isAnswer = ({ code }: Refusal): boolean => Number.isInteger(code) && code >= 400 && code <= 599;

/**
 * The answer to a join that failed. An error that is no refusal is reported, and answered with 503.
 * @param where names the place for the report
 */
export function asRefusal(
  error: unknown,
  reports: ErrorReports,
  where: string,
  fields?: Record<string, unknown>,
): Refusal {
  if (error instanceof Refusal && isAnswer(error)) return error;
  reports.reportError(where, error, fields);
  return retryLater("The server could not complete this join", retryHintMs);
}
