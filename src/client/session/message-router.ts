// Which part of the session a message from the room is for; whatever is not ours is a room author's. Never reads more of
// a message than its type, and whether an `announcement` has a place in the history. (Acknowledged heartbeats do not come this far: connection/ManagedConnection keeps them.)
import type { HistoryEntry, HistoryPosition } from "../../protocol/messages.ts";
import {
  eventDetailsType,
  type OutboxAck,
  outboxAckType,
  type PresenceResumed,
  presenceResumedType,
  serverStopsType,
  signOfLifeType,
  type Told,
  toldType,
} from "../../protocol/session.ts";
import type { Inbox } from "../inbox/inbox.ts";
import type { Publisher } from "../outbox/publisher.ts";
import type { CatchUp } from "../presence/catch-up.ts";
import type { SessionDetails } from "../types/index.ts";
import type { DetailsFeed } from "./details-feed.ts";
import type { Emitter } from "./emitter.ts";

/** What the application is told as it comes. */
interface ToldApplication {
  readonly details: DetailsFeed;
  readonly authorMessages: Emitter<Record<string, unknown>>;
}

const presence = /^participant_(?:joined|temporarily_disconnected|reconnected|left)$/;

export class MessageRouter {
  readonly #catchUp: CatchUp;
  readonly #publisher: Publisher;
  readonly #inbox: Inbox;
  readonly #details: DetailsFeed;
  /** The application's listeners to a room author's messages. */
  readonly #authorMessages: Emitter<Record<string, unknown>>;

  constructor(
    catchUp: CatchUp,
    publisher: Publisher,
    inbox: Inbox,
    { details, authorMessages }: ToldApplication,
  ) {
    this.#catchUp = catchUp;
    this.#publisher = publisher;
    this.#inbox = inbox;
    this.#details = details;
    this.#authorMessages = authorMessages;
  }

  /** Hands a message on. Ours are objects; anything else under their names is ignored. */
  route(type: string, payload: unknown): void {
    const isObject = typeof payload === "object" && payload !== null;
    if (presence.test(type) || (type === "announcement" && hasPlace(payload))) {
      if (isObject) this.#catchUp.live({ type, payload } as HistoryEntry);
    } else if (type === presenceResumedType) {
      if (isObject) this.#catchUp.resumed(payload as PresenceResumed);
    } else if (type === outboxAckType) {
      if (isObject) this.#publisher.acknowledged(payload as OutboxAck);
    } else if (type === toldType && isNumbered(payload)) {
      this.#inbox.received(payload);
    } else if (type === eventDetailsType && isObject && "created_at" in payload) {
      this.#details.received(payload as SessionDetails);
    } else if ((type === signOfLifeType || type === serverStopsType) && payload === undefined) {
      // that it has come is all that it says; of a stop the connection knows
    } else this.#authorMessages.emit(type, payload);
  }
}

/** Without a number it is a message that a room author calls `told`. */
function isNumbered(payload: unknown): payload is Told {
  const { no, joined_at } = (payload ?? {}) as Partial<Told>;
  return typeof no === "number" && typeof joined_at === "number";
}

/** True for what has a place in the history: without one it is a message that a room author calls `announcement`. */
function hasPlace(payload: unknown): boolean {
  const { epoch, seq } = (payload ?? {}) as Partial<HistoryPosition>;
  return typeof epoch === "number" && typeof seq === "number";
}
