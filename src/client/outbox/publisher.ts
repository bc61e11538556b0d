// Publishes: keeps the promises of publish(), paces the frames, sends again what is not acknowledged. Never decides what
// is sent and what is settled: the outbox does.
import { type OutboxAck, type OutboxPosition, outboxPublishType } from "../../protocol/session.ts";
import { type Deferred, deferred, handled } from "../platform/deferred.ts";
import type { Environment, Timer } from "../platform/environment.ts";
import { PublishError } from "../errors.ts";
import type { Failed } from "./messages.ts";
import type { Outbox, Settlement } from "./outbox.ts";
import type { Json } from "../types/index.ts";

/** The connection that is there. Implemented by client/connection/sdk/sdk-connection. */
export interface FrameSender {
  send(type: string, payload: unknown): boolean;
}

/** Who announces to the application. Implemented by client/session/emitter. */
export interface OutboxEvents {
  emit(type: "outbox", event: { readonly pending: number }): void;
}

/** A third of what a room allows (60 frames a second), so that beats and an application's own messages have room. */
const frameSpacingMs = 50;
const resendMs = 3000;
const resendCapMs = 24_000;

export class Publisher {
  readonly #environment: Environment;
  readonly #events: OutboxEvents;
  readonly #promised = new Map<number, Deferred>();
  #outbox: Outbox;
  #sender: FrameSender | undefined;
  #timer: Timer | undefined;
  #resendTimer: Timer | undefined;
  #resendDelayMs = resendMs;
  #sentAt = Number.NEGATIVE_INFINITY;

  constructor(environment: Environment, outbox: Outbox, events: OutboxEvents) {
    this.#environment = environment;
    this.#outbox = outbox;
    this.#events = events;
  }

  get pending(): number {
    return this.#outbox.pending;
  }

  publish(type: string, payload: Json | undefined): Promise<void> {
    const added = this.#outbox.add(type, payload);
    if (typeof added !== "number") return rejected(added);
    const promised = deferred();
    this.#promised.set(added, promised);
    this.#announcePending();
    this.#pump();
    return promised.promise;
  }

  /** Connected, and the room has sent since when the seat is ours and how far it has come. */
  connected(sender: FrameSender, seatSince: number, position: OutboxPosition | null): void {
    if (this.#sender === sender) return; // asked again over the same connection
    this.#sender = sender;
    this.#resendDelayMs = resendMs;
    this.#settle(this.#outbox.connected(seatSince, position));
    this.#pump();
  }

  disconnected(): void {
    this.#sender = undefined;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#resendTimer?.cancel();
    this.#resendTimer = undefined;
  }

  acknowledged(ack: OutboxAck): void {
    if (ack.error !== undefined) return this.#unread(ack.error);
    const settled = this.#outbox.acknowledged(ack);
    if (settled.length === 0 && this.#outbox.isUnderWay) return;
    this.#resendDelayMs = resendMs;
    this.#resendTimer?.cancel();
    this.#resendTimer = undefined;
    this.#settle(settled);
    if (this.#outbox.isUnderWay) this.#armResend();
    this.#pump();
  }

  /** Somebody else has the seat; what waits stays in the storage. */
  handOver(to: Failed): void {
    this.disconnected();
    this.#rejectAll(to);
  }

  /** The outbox as another page has left it. */
  takeOver(outbox: Outbox): void {
    this.#outbox = outbox;
    this.#announcePending();
  }

  /** The session is over: what was never sent is taken back; with the seat gone for good, everything is. */
  end(isSeatGone: boolean): void {
    this.disconnected();
    const [first] = this.#promised.keys();
    if (isSeatGone) this.#outbox.clear();
    else if (first !== undefined) this.#outbox.takeBack(first);
    this.#rejectAll({ reason: "ended", sentence: "The session was over before this was acknowledged." });
    this.#announcePending();
  }

  /** What else is under way has its answers first: they must not be taken for that of the next frame. */
  #unread(sentence: string): void {
    this.#settle(this.#outbox.unread(sentence));
    this.#timer?.cancel();
    this.#pumpIn(resendMs);
  }

  /** One frame, and a timer for the next. */
  #pump(): void {
    if (this.#sender === undefined || this.#timer !== undefined) return;
    const waitMs = this.#sentAt + frameSpacingMs - this.#environment.now();
    if (waitMs > 0) return this.#pumpIn(waitMs);
    const frame = this.#outbox.frame();
    if (frame === undefined) {
      if (this.pending > 0) this.#armResend(); // a storage that has no room now may have some later
      return;
    }
    this.#sentAt = this.#environment.now();
    if (!this.#sender.send(outboxPublishType, frame)) return; // the connection is gone, and soon reports it
    this.#armResend();
    this.#pumpIn(frameSpacingMs);
  }

  #pumpIn(delayMs: number): void {
    this.#timer = this.#environment.after(delayMs, () => {
      this.#timer = undefined;
      this.#pump();
    });
  }

  #armResend(): void {
    this.#resendTimer ??= this.#environment.after(this.#resendDelayMs, () => this.#resend());
  }

  #resend(): void {
    this.#resendTimer = undefined;
    if (this.pending === 0) return;
    this.#resendDelayMs = Math.min(resendCapMs, this.#resendDelayMs * 2);
    this.#outbox.rewind();
    this.#pump();
  }

  #announcePending(): void {
    this.#events.emit("outbox", { pending: this.pending });
  }

  #settle(settled: readonly Settlement[]): void {
    for (const { n, failed } of settled) {
      const promised = this.#promised.get(n);
      this.#promised.delete(n);
      if (failed === undefined) promised?.resolve();
      else promised?.reject(new PublishError(failed.reason, failed.sentence));
    }
    if (settled.length > 0) this.#announcePending();
  }

  #rejectAll({ reason, sentence }: Failed): void {
    for (const { reject } of this.#promised.values()) reject(new PublishError(reason, sentence));
    this.#promised.clear();
  }
}

export const handedOver: Failed = {
  reason: "handed_over",
  sentence: "Another tab has the seat now, and delivers this.",
};
export const replacedElsewhere: Failed = {
  reason: "ended",
  sentence:
    "Another device has the seat now. What was waiting here is kept, and sent when this one takes it back.",
};

export const closedHere: Failed = {
  reason: "closed",
  sentence: "The session is closed. What was waiting is kept, and sent by this device's next session.",
};

export function rejected({ reason, sentence }: Failed): Promise<never> {
  const promise = Promise.reject(new PublishError(reason, sentence));
  handled(promise);
  return promise;
}
