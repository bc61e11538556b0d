// What rooms tell the outside world of themselves: a log line and the metrics for each transition.
// Chooses the fields of every line, so that no secret can be in one: a seat is never logged whole.
import type { Refusal } from "../protocol/refusal.ts";
import type { Change } from "../seats/roster.ts";
import type { Seat } from "../seats/seat.ts";
import { LineLimit } from "./line-limit.ts";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";

/** Enough to see what is wrong, and no more than a few MB a day, whatever clients send. */
const malformedPerMinute = 30;
/** Of one place; an author's mistake may be one that every message of every client meets. */
const errorsPerMinute = 100;

export class Watch {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly #malformed = new LineLimit(malformedPerMinute);
  readonly #caught = new Map<string, LineLimit>();

  constructor(log: Logger, metrics: Metrics) {
    this.log = log;
    this.metrics = metrics;
  }

  /** One line for each transition that anyone can see. */
  changed(change: Change): void {
    this.metrics.changed(change);
    const { after } = change;
    if (after === undefined || !isVisible(change)) return;
    this.log.info({
      transition: change.event,
      event_id: after.eventId,
      device_id: after.deviceId,
      user_id: after.userId,
      ...stateFields(after),
    });
  }

  refused(refusal: Refusal, who: { event_id?: string | undefined; device_id?: string | undefined }): void {
    this.metrics.refused(refusal.code);
    this.log.info({ refused: refusal.code, reason: refusal.reason, why: refusal.message, ...who });
  }

  /** An event has come to this process of a cluster, or gone from it. */
  clustered(event: string, fields: { event_id: string; epoch: number }): void {
    this.metrics.clustered(event);
    this.log.info({ cluster: event, ...fields });
  }

  /** A client has sent what cannot be read. */
  malformed(why: string, who: { event_id: string | undefined; device_id?: string }): void {
    const more = this.#malformed.next();
    if (more !== undefined) this.log.info({ malformed: why, ...who, ...more });
  }

  /** An error; its line is left out when this place has had very many in this minute, and counted all the same. */
  caught(where: string, error: unknown, fields: Record<string, unknown> = {}): void {
    this.metrics.caught(where);
    const limit = this.#caught.get(where) ?? new LineLimit(errorsPerMinute);
    this.#caught.set(where, limit);
    const more = limit.next();
    if (more === undefined) return;
    fields = { ...fields, ...more };
    this.log.error({ where, err: error instanceof Error ? error : new Error(String(error)), ...fields });
  }
}

/** Attempts and admissions change nothing that anyone sees. */
function isVisible({ before, after, effects }: Change): boolean {
  return before?.status !== after?.status || effects.length > 0;
}

function stateFields(seat: Seat): Record<string, unknown> {
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
