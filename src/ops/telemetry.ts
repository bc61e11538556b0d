// ops/ owns what an operator sees of a server: its log lines and metrics, its HTTP routes, the pages' files, and how the
// process ends. It never sees game traffic, decides nothing about seats, and holds no secret that it could print.
// This file is what the rest of the server reports to: one log line and the metrics for each transition, refusal and error.
// It chooses the fields of every line, so that no secret can be in one: a seat is never logged whole.
import { textOf } from "../identity/scrubbed-error.ts";
import type { Refusal } from "../protocol/refusal.ts";
import { LineLimit } from "./line-limit.ts";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";
import type { SeatFacts, TransitionFacts } from "./transition.ts";

/** Enough to see what is wrong, and no more than a few MB a day, whatever clients send. */
const malformedPerMinute = 30;
/** Of one place; an author's mistake may be one that every message of every client meets. */
const errorsPerMinute = 100;

export class Telemetry {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly #malformed = new LineLimit(malformedPerMinute);
  readonly #unserved = new LineLimit(malformedPerMinute);
  readonly #notAllowed = new LineLimit(malformedPerMinute);
  readonly #errors = new Map<string, LineLimit>();

  constructor(log: Logger, metrics: Metrics) {
    this.log = log;
    this.metrics = metrics;
  }

  /** One line for each transition that anyone can see, and its counters. */
  recordTransition(transition: TransitionFacts): void {
    this.metrics.recordTransition(transition);
    const { after } = transition;
    if (after === undefined || !isVisible(transition)) return;
    this.log.info({
      transition: transition.event,
      event_id: after.eventId,
      device_id: after.deviceId,
      user_id: after.userId,
      ...stateFields(after),
    });
  }

  /** A request that was refused, with what is known of who sent it. */
  recordRefusal(
    refusal: Refusal,
    who: { event_id?: string | undefined; device_id?: string | undefined },
  ): void {
    this.metrics.refused(refusal.code);
    this.log.info({ refused: refusal.code, reason: refusal.reason, why: refusal.logAs, ...who });
  }

  /**
   * An event has come to this process of a cluster, or gone from it.
   * @param change `opened`, `adopted`, `lost` or `handed_over`
   */
  recordOwnership(change: string, fields: { event_id: string; epoch: number }): void {
    this.metrics.recordOwnership(change);
    this.log.info({ cluster: change, ...fields });
  }

  /** A stored event is kept and not served, because this server does not define its type; 30 lines a minute at most. */
  recordUnserved(event_id: string, type: string): void {
    const more = this.#unserved.next();
    if (more !== undefined) this.log.warn({ unserved_type: type, event_id, ...more });
  }

  /** A client has sent what cannot be read: 30 lines a minute at most. */
  recordMalformed(why: string, who: { event_id: string | undefined; device_id?: string }): void {
    const more = this.#malformed.next();
    if (more !== undefined) this.log.info({ malformed: why, ...who, ...more });
  }

  /** A client has sent what it may not: 30 lines a minute at most. */
  recordNotAllowed(why: string, who: { event_id: string | undefined; device_id?: string }): void {
    const more = this.#notAllowed.next();
    if (more !== undefined) this.log.info({ not_allowed: why, ...who, ...more });
  }

  /**
   * An error that nobody else handles; its line is left out when this place has had 100 in this minute, and it is
   * counted all the same. Never throws.
   * @param where names the place for the line and for `holdfast_errors_total`
   * @example telemetry.reportError("store", error, { event_id: eventId })
   */
  reportError(where: string, error: unknown, fields: Record<string, unknown> = {}): void {
    this.metrics.countError(where);
    const limit = this.#errors.get(where) ?? new LineLimit(errorsPerMinute);
    this.#errors.set(where, limit);
    const more = limit.next();
    if (more === undefined) return;
    const err = error instanceof Error ? error : new Error(textOf(error));
    this.log.error({ where, err, ...fields, ...more });
  }
}

/** Its name in the public API: `App.watch`. */
export type Watch = Telemetry;

/** Attempts and admissions change nothing that anyone sees. */
function isVisible({ before, after, effects }: TransitionFacts): boolean {
  return before?.status !== after?.status || effects.length > 0;
}

function stateFields(seat: SeatFacts): Record<string, unknown> {
  switch (seat.status) {
    case "connected":
    case "replacing":
      return { status: seat.status };
    case "temporarily_disconnected":
      return { status: seat.status, reason: seat.reason, grace_expires_at: seat.graceExpiresAt };
    case "permanently_left":
      return { status: seat.status, reason: seat.reason };
  }
}
