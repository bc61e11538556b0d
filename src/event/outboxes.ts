// The room's end of every participant's outbox: takes messages once and in order, stores what they did together with
// how far the seat has come, and only then acknowledges. The rule itself is seats/outbox.
import type { Client } from "@colyseus/core";
import { parseOutboxPublish } from "../protocol/requests.ts";
import {
  type OutboxAck,
  outboxAckType,
  type OutboxMessage,
  type OutboxPosition,
  type OutboxPublish,
  outboxWindow,
} from "../protocol/session.ts";
import { judge, type OutboxTaken, taking } from "../seats/outbox.ts";
import type { ConnectedSeat, HeldSeat } from "../seats/seat.ts";

export interface OutboxHost {
  /** The seat that this client speaks for now. */
  seatOf(client: Client): ConnectedSeat | undefined;
  /** The seat that a device has now, whoever speaks for it. */
  seat(deviceId: string): HeldSeat | undefined;
  /** Hands a message to the author. Returns why it was refused, as a sentence. */
  take(deviceId: string, message: OutboxMessage, id: string): string | undefined;
  /** The seat remembers how far it has come. */
  remember(seat: ConnectedSeat, outbox: OutboxTaken): void;
  /** False when this client has been given an answer a moment ago. */
  mayRepeat(client: Client): boolean;
  /** Has the seat, and everything the author changed, stored in one commit. */
  store(deviceId: string, whenStored: () => void): void;
}

export class Outboxes {
  readonly #host: OutboxHost;
  /** What is stored of those whose seat has come further than that: nothing else may be acknowledged. */
  readonly #behind = new Map<string, Stored>();

  constructor(host: OutboxHost) {
    this.#host = host;
  }

  /** How far a seat has come for good. */
  storedOf({ deviceId, joinedAt, outbox }: HeldSeat): OutboxPosition | null {
    const stored = this.#behind.get(deviceId);
    return positionOf(stored?.joinedAt === joinedAt ? stored.outbox : outbox);
  }

  publish(client: Client, request: unknown): void {
    const parsed = parseOutboxPublish(request);
    if ("error" in parsed) return acknowledge(client, { ...nothing, error: parsed.error });
    const seat = this.#host.seatOf(client);
    if (seat === undefined) return;
    const { stream, first, messages } = parsed.value;
    const before = seat.outbox;
    for (const [index, message] of messages.entries()) this.#take(client, stream, first + index, message);
    const now = this.#host.seatOf(client)?.outbox;
    if (now === undefined) return; // a handler has removed its own participant
    if (now === before) return this.#repeat(client, seat, parsed.value);
    const { deviceId, joinedAt } = seat;
    // [S16] what is known of this device's last seat says nothing of this one
    if (this.#behind.get(deviceId)?.joinedAt !== joinedAt)
      this.#behind.set(deviceId, { joinedAt, outbox: before });
    this.#host.store(deviceId, () => this.#stored(client, seat, now));
  }

  /** Nothing new: says how far the seat has come, and what of this was refused. A flood of questions is not answered. */
  #repeat(client: Client, seat: ConnectedSeat, { stream, first, messages }: OutboxPublish): void {
    if (!this.#host.mayRepeat(client)) return;
    const stored = this.storedOf(seat) ?? { ...nothing, stream };
    const isAsked = ({ n }: { n: number }) => n >= first && n < first + messages.length;
    acknowledge(client, { ...stored, refused: stored.refused.filter(isAsked) });
  }

  #take(client: Client, stream: string, n: number, message: OutboxMessage): void {
    const seat = this.#host.seatOf(client);
    if (seat === undefined || judge(seat.outbox, stream, n) !== "apply") return;
    const error = this.#host.take(seat.deviceId, message, `${stream}:${n}`)?.slice(0, longestSentence);
    this.#host.remember(seat, taking(seat.outbox, stream, n, error, outboxWindow));
  }

  #stored(client: Client, { deviceId, joinedAt }: ConnectedSeat, outbox: OutboxTaken | null): void {
    const seat = this.#host.seat(deviceId);
    if (seat?.joinedAt === joinedAt && seat.outbox !== outbox)
      this.#behind.set(deviceId, { joinedAt, outbox });
    else if (this.#behind.get(deviceId)?.joinedAt === joinedAt) this.#behind.delete(deviceId);
    if (this.#host.seatOf(client)?.joinedAt === joinedAt) acknowledge(client, positionOf(outbox) ?? nothing);
  }
}

interface Stored {
  readonly joinedAt: number;
  readonly outbox: OutboxTaken | null;
}

/** A seat remembers the sentences of its refusals. */
const longestSentence = 200;
const nothing: OutboxPosition = { stream: "", last: 0, refused: [] };

function positionOf(taken: OutboxTaken | null): OutboxPosition | null {
  return taken === null ? null : { ...taken, refused: [...taken.refused] };
}

function acknowledge(client: Client, ack: OutboxAck): void {
  client.send(outboxAckType, ack);
}
