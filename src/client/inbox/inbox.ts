// What the room tells this participant: each message once and in order, over connections, reloads and restarts. A message
// waits until it has a handler, and is handled when that has returned; then the storage knows it, and then the room.
// Never connects, and never decides whose the seat is.
import { type Told, type ToldAck, toldAckType, type ToldPosition } from "../../protocol/session.ts";
import type { Environment, Timer } from "../platform/environment.ts";
import type { SafeStorage } from "../platform/safe-storage.ts";
import type { ToldHandler } from "../types/index.ts";

/** The connection that is there. Implemented by client/connection/sdk/sdk-connection. */
export interface AckSender {
  send(type: string, payload: unknown): boolean;
}

/** Whether another page of this device has the seat. Implemented by client/session/ownership. */
export interface SeatOwner {
  readonly hasOutbox: boolean;
}

/** A host writes fewer while somebody is away; of more, the first may be told again. */
const mostAnnounced = 100;
/** A sixth of what a room allows (60 frames a second). */
const ackSpacingMs = 100;

export class Inbox {
  readonly #environment: Pick<Environment, "now" | "after" | "report">;
  readonly #storage: SafeStorage;
  readonly #key: string;
  readonly #owner: SeatOwner;
  readonly #handlers = new Map<string, ToldHandler<never>[]>();
  /** Ids of what everyone was announced, this participant, too. */
  readonly #announced = new Set<string>();
  #position: ToldPosition = { joined_at: 0, through: 0 };
  /** What has come over this connection and is not handled. */
  #waiting: Told[] = [];
  #sender: AckSender | undefined;
  #timer: Timer | undefined;
  #sentAt = Number.NEGATIVE_INFINITY;

  constructor(
    environment: Pick<Environment, "now" | "after" | "report">,
    storage: SafeStorage,
    seatKey: string,
    owner: SeatOwner,
  ) {
    this.#environment = environment;
    this.#storage = storage;
    this.#key = `holdfast:told:${seatKey}`;
    this.#owner = owner;
  }

  /** How far it is, as the room is to know after every connection: another page may have gone further. */
  get position(): ToldPosition {
    const kept = positionIn(this.#storage.get(this.#key));
    const isFurther =
      kept !== undefined &&
      (kept.joined_at > this.#position.joined_at ||
        (kept.joined_at === this.#position.joined_at && kept.through > this.#position.through));
    if (isFurther) this.#position = kept;
    return this.#position;
  }

  /** Handles messages of this type from now on; what has waited for it comes next, not at once. */
  on(type: string, handler: ToldHandler<never>): () => void {
    const own: ToldHandler<never> = (payload, message) => handler(payload, message); // the same function may come twice
    this.#handlers.set(type, [...(this.#handlers.get(type) ?? []), own]);
    this.#environment.after(0, () => this.#handleWaiting());
    return () => {
      const others = this.#handlers.get(type)?.filter((each) => each !== own) ?? [];
      if (others.length > 0) this.#handlers.set(type, others);
      else this.#handlers.delete(type);
    };
  }

  connected(sender: AckSender): void {
    this.#sender = sender;
  }

  /** What is not handled comes again over the next connection. */
  disconnected(): void {
    this.#sender = undefined;
    this.#waiting = [];
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  announced(id: string): void {
    this.#announced.add(id);
    if (this.#announced.size <= mostAnnounced) return;
    for (const oldest of this.#announced) return void this.#announced.delete(oldest);
  }

  received(told: Told): void {
    this.#waiting.push(told);
    this.#handleWaiting();
  }

  #handleWaiting(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const { joined_at, no, type } = next;
      const isOld = joined_at === this.#position.joined_at && no <= this.#position.through;
      const isAnnounced = this.#announced.has(next.announcement_id ?? "");
      const handlers = isAnnounced ? [] : (this.#handlers.get(type) ?? this.#handlers.get("*"));
      if (!isOld && (handlers === undefined || !this.#owner.hasOutbox)) return;
      this.#waiting.shift();
      if (!isOld) this.#handle(next, handlers ?? []);
      this.#acknowledge();
    }
  }

  /** One that throws counts as handled, or it would be in the way of all that come after it. */
  #handle({ joined_at, no, type, payload }: Told, handlers: readonly ToldHandler<never>[]): void {
    for (const handler of handlers) {
      try {
        handler(payload as never, { id: `${joined_at}:${no}`, type });
      } catch (error) {
        this.#environment.report(error);
      }
    }
    this.#position = { joined_at, through: no };
    this.#storage.keep(this.#key, JSON.stringify(this.#position));
  }

  /** At most one frame in 100 ms: it counts for all before it. */
  #acknowledge(): void {
    if (this.#sender === undefined || this.#timer !== undefined) return;
    const waitMs = this.#sentAt + ackSpacingMs - this.#environment.now();
    if (waitMs <= 0) this.#send();
    else
      this.#timer = this.#environment.after(waitMs, () => {
        this.#timer = undefined;
        this.#send();
      });
  }

  #send(): void {
    this.#sentAt = this.#environment.now();
    const ack: ToldAck = { through: this.#position.through };
    this.#sender?.send(toldAckType, ack);
  }
}

function positionIn(text: string | null): ToldPosition | undefined {
  try {
    const { joined_at, through } = JSON.parse(text ?? "") as ToldPosition;
    return joined_at >= 0 && Number.isSafeInteger(through) ? { joined_at, through } : undefined;
  } catch {
    return undefined;
  }
}
