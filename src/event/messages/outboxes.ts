// The event's end of every participant's outbox: takes published messages once and in order, stores what they did together
// with how far the seat has come, and only then acknowledges. The rule itself is seats/outbox.
import type { Clock } from "../../clock.ts";
import type { ConnectedClient } from "../../connections/connection.ts";
import { parseOutboxPublish } from "../../protocol/incoming/requests.ts";
import {
  type OutboxAck,
  outboxAckType,
  type OutboxMessage,
  type OutboxPosition,
  type OutboxPublish,
  outboxWindow,
} from "../../protocol/session.ts";
import { judge, type OutboxTaken, taking } from "../../seats/outbox.ts";
import type { Roster } from "../../seats/roster.ts";
import type { ConnectedSeat, HeldSeat } from "../../seats/seat.ts";
import type { CommitBatch } from "../stored/commit-batch.ts";
import type { Decider, EventAuthor, Speakers } from "../ports.ts";

/** A client that asks again how far it is, sooner than this, is not answered. */
const repeatSpacingMs = 200;
/** A seat remembers the sentences of its refusals. */
const longestSentence = 200;
const nothing: OutboxPosition = { stream: "", last: 0, refused: [] };

interface Stored {
  readonly joinedAt: number;
  readonly outbox: OutboxTaken | null;
}

export class Outboxes {
  readonly #event: Decider & Speakers;
  readonly #roster: Roster;
  readonly #author: Pick<EventAuthor, "take">;
  readonly #batch: Pick<CommitBatch, "touch">;
  readonly #clock: Clock;
  /** What is stored of those whose seat has come further than that: nothing else may be acknowledged. */
  readonly #ahead = new Map<string, Stored>();

  constructor(
    event: Decider & Speakers,
    roster: Roster,
    author: Pick<EventAuthor, "take">,
    batch: Pick<CommitBatch, "touch">,
    clock: Clock,
  ) {
    this.#event = event;
    this.#roster = roster;
    this.#author = author;
    this.#batch = batch;
    this.#clock = clock;
  }

  /** How far a seat has come for good. */
  storedOf({ deviceId, joinedAt, outbox }: HeldSeat): OutboxPosition | null {
    const stored = this.#ahead.get(deviceId);
    return positionOf(stored?.joinedAt === joinedAt ? stored.outbox : outbox);
  }

  publish(client: ConnectedClient, request: unknown): void {
    const parsed = parseOutboxPublish(request);
    if ("error" in parsed) return acknowledge(client, { ...nothing, error: parsed.error });
    const seat = this.#event.seatOf(client);
    if (seat === undefined) return;
    const { stream, first, messages } = parsed.value;
    const before = seat.outbox;
    for (const [index, message] of messages.entries()) this.#take(client, stream, first + index, message);
    const now = this.#event.seatOf(client)?.outbox;
    if (now === undefined) return; // a handler has removed its own participant
    if (now === before) return this.#repeat(client, seat, parsed.value);
    const { deviceId, joinedAt } = seat;
    // [S16] what is known of this device's last seat says nothing of this one
    if (this.#ahead.get(deviceId)?.joinedAt !== joinedAt)
      this.#ahead.set(deviceId, { joinedAt, outbox: before });
    this.#batch.touch(deviceId, () => this.#stored(client, seat, now));
  }

  /** Nothing new: says how far the seat has come, and what of this was refused. A flood of questions is not answered. */
  #repeat(client: ConnectedClient, seat: ConnectedSeat, { stream, first, messages }: OutboxPublish): void {
    if (!this.#mayRepeat(client)) return;
    const stored = this.storedOf(seat) ?? { ...nothing, stream };
    const isAsked = ({ n }: { n: number }) => n >= first && n < first + messages.length;
    acknowledge(client, { ...stored, refused: stored.refused.filter(isAsked) });
  }

  #mayRepeat({ connection }: ConnectedClient): boolean {
    const now = this.#clock.now();
    if (connection === undefined || now - connection.repeatedAt < repeatSpacingMs) return false;
    connection.repeatedAt = now;
    return true;
  }

  #take(client: ConnectedClient, stream: string, n: number, message: OutboxMessage): void {
    const seat = this.#event.seatOf(client);
    if (seat === undefined || judge(seat.outbox, stream, n) !== "apply") return;
    const { deviceId, connection } = seat;
    const error = this.#author.take(deviceId, message, `${stream}:${n}`)?.slice(0, longestSentence);
    const outbox = taking(seat.outbox, stream, n, error, outboxWindow);
    this.#event.decide(deviceId, { type: "published", connection, outbox });
  }

  #stored(client: ConnectedClient, { deviceId, joinedAt }: ConnectedSeat, outbox: OutboxTaken | null): void {
    const seat = this.#roster.get(deviceId);
    if (seat?.joinedAt === joinedAt && seat.outbox !== outbox)
      this.#ahead.set(deviceId, { joinedAt, outbox });
    else if (this.#ahead.get(deviceId)?.joinedAt === joinedAt) this.#ahead.delete(deviceId);
    if (this.#event.seatOf(client)?.joinedAt === joinedAt) acknowledge(client, positionOf(outbox) ?? nothing);
  }
}

function positionOf(taken: OutboxTaken | null): OutboxPosition | null {
  return taken === null ? null : { ...taken, refused: [...taken.refused] };
}

function acknowledge(client: ConnectedClient, ack: OutboxAck): void {
  client.send(outboxAckType, ack);
}
