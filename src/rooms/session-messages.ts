// What a room answers to heartbeats, to our client (what it missed, what it publishes) and to a host's actions (kick, extend
// or end a grace, close the event). One place for the names that it listens to, and for who may ask.
// Decides nothing: the event does.
import { type Client, getMessageBytes, Protocol } from "@colyseus/core";
import { Refusal } from "../protocol/refusal.ts";
import { heartbeatType } from "../protocol/messages.ts";
import { parseHostAction, parsePresenceResume } from "../protocol/incoming/requests.ts";
import {
  type HostActionResult,
  hostActionType,
  outboxPublishType,
  presenceResumeType,
  toldAckType,
} from "../protocol/session.ts";
import type { Event } from "../event/event.ts";
import type { SeatClient } from "./sockets/seat-client.ts";

type Handler = (client: Client, payload: unknown) => unknown;

/** A room that hands on messages by their type. */
interface Listening {
  onMessage(type: string, handler: Handler): unknown;
}

export class SessionMessages {
  readonly #event: Event;

  constructor(event: Event) {
    this.#event = event;
  }

  listen(room: Listening): void {
    room.onMessage(heartbeatType, this.#heartbeat);
    room.onMessage(presenceResumeType, this.#resume);
    room.onMessage(outboxPublishType, this.#publish);
    room.onMessage(toldAckType, this.#acknowledge);
    room.onMessage(hostActionType, this.#act);
    room.onMessage("*", ignore); // [E13] a newer client's message is no reason to lose it
  }

  readonly #heartbeat = (client: Client): void => {
    const seatClient = client as SeatClient;
    seatClient.acknowledgeBeat(acknowledgement(this.#event.beat(seatClient)));
  };

  readonly #resume = (client: Client, position: unknown): void => {
    this.#event.replay.resume(client as SeatClient, parsePresenceResume(position));
  };

  readonly #publish = (client: Client, request: unknown): void => {
    this.#event.outboxes.publish(client as SeatClient, request);
  };

  readonly #acknowledge = (client: Client, ack: unknown): void => {
    this.#event.mailboxes.acknowledged(client as SeatClient, ack);
  };

  readonly #act = async (client: Client, request: unknown): Promise<HostActionResult> => {
    if (!this.#event.isHost(client as SeatClient)) return { done: false, error: "Only a host may do this" };
    const parsed = parseHostAction(request);
    if ("error" in parsed) return { done: false, error: parsed.error };
    try {
      return await this.#event.actions.perform(parsed.value);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { done: false, error: error.message };
    }
  };
}

function ignore(): void {}

/** The same message for every beat but for its last eight bytes: MessagePack writes an instant as a float64. */
const acknowledged = Buffer.from(
  getMessageBytes.raw(Protocol.ROOM_DATA, "heartbeat_ack", { server_time: Date.UTC(2026, 0) + 0.5 }),
);

function acknowledgement(serverTime: number): Buffer {
  const bytes = Buffer.from(acknowledged);
  bytes.writeDoubleBE(serverTime, bytes.length - 8);
  return bytes;
}
