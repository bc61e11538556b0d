// Which part of the session a message from the room is for; whatever is not ours is a room author's.
import type { Announcement, HeartbeatAck } from "../../protocol/messages.ts";
import {
  type OutboxAck,
  outboxAckType,
  type PresenceResumed,
  presenceResumedType,
} from "../../protocol/session.ts";
import type { CatchUp } from "../presence/catch-up.ts";
import type { Emitter } from "../session/emitter.ts";
import type { Keeper } from "./connection-manager.ts";
import type { Publisher } from "../outbox/publisher.ts";

export interface Hearers {
  readonly keeper: Keeper;
  readonly catchUp: CatchUp;
  readonly publisher: Publisher;
  /** The application's listeners to a room author's messages. */
  readonly messages: Emitter<Record<string, unknown>>;
}

const announced = /^participant_(?:joined|temporarily_disconnected|reconnected|left)$/;

/** Takes a message, and hands it on. Ours are objects; anything else under their names is ignored. */
export function hear(type: string, payload: unknown, hearers: Hearers): void {
  const { keeper, catchUp, publisher, messages } = hearers;
  const isObject = typeof payload === "object" && payload !== null;
  if (announced.test(type)) {
    if (isObject) catchUp.live({ type, payload } as Announcement);
  } else if (type === "heartbeat_ack") {
    if (isObject) keeper.acknowledged(payload as HeartbeatAck);
  } else if (type === presenceResumedType) {
    if (isObject) catchUp.resumed(payload as PresenceResumed);
  } else if (type === outboxAckType) {
    if (isObject) publisher.acknowledged(payload as OutboxAck);
  } else messages.emit(type, payload);
}
