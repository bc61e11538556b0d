// What a room answers to our client, and to every client's heartbeat. One place for the names that it listens to.
// Decides nothing: the host does.
import { type Client, getMessageBytes, Protocol } from "@colyseus/core";
import { heartbeatType } from "../protocol/messages.ts";
import { parseHostAction, parsePresenceResume } from "../protocol/requests.ts";
import {
  type HostAction,
  type HostActionResult,
  hostActionType,
  outboxPublishType,
  presenceResumeType,
} from "../protocol/session.ts";
import type { EventHost } from "../event/event.ts";
import type { SeatClient } from "./seat-client.ts";

type Listen = (type: string, handler: (client: Client, payload: unknown) => unknown) => void;

export function listenToSessions(listen: Listen, host: EventHost): void {
  listen(heartbeatType, (client) =>
    (client as SeatClient).acknowledgeBeat(acknowledgement(host.beat(client))),
  );
  listen(presenceResumeType, (client, position) => {
    host.dialogue.resume(client, parsePresenceResume(position));
  });
  listen(outboxPublishType, (client, request) => {
    host.dialogue.outboxes.publish(client, request);
  });
  listen(hostActionType, (client, request): HostActionResult => {
    if (!host.dialogue.isHost(client)) return { done: false, error: "Only a host may do this" };
    const parsed = parseHostAction(request);
    return "error" in parsed ? { done: false, error: parsed.error } : { done: act(host, parsed.value) };
  });
  listen("*", () => {}); // [E13] a newer client's message is no reason to lose it
}

/** The same message for every beat but for its last eight bytes: MessagePack writes an instant as a float64. */
const acknowledged = Buffer.from(
  getMessageBytes.raw(Protocol.ROOM_DATA, "heartbeat_ack", { server_time: Date.UTC(2026, 0) + 0.5 }),
);

function acknowledgement(serverTime: number): Buffer {
  const bytes = Buffer.from(acknowledged);
  bytes.writeDoubleBE(serverTime, bytes.length - 8);
  return bytes;
}

function act(host: EventHost, action: HostAction): boolean {
  const { participants } = host;
  switch (action.action) {
    case "kick":
      return participants.kick(action.device_id);
    case "extend_grace":
      return participants.extendGrace(action.device_id, action.by_ms);
    case "end_grace":
      return participants.expireNow(action.device_id);
    case "close_event":
      void host.close();
      return true;
  }
}
