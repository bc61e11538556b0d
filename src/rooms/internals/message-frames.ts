// Messages as the framework encodes them, in frames that everyone is sent. `getMessageBytes` is exported by @colyseus/core
// 0.18.17 and not documented; test/rooms/room/room.test.ts pins it, with a stock SDK.
import { getMessageBytes, Protocol } from "@colyseus/core";
import type { HistoryEntry } from "../../protocol/messages.ts";
import { frameOf, inFrame } from "./ws.ts";

/** A message to a client. @param message bytes go as they are; anything else as MessagePack */
export function messageBytes(type: string | number, message: unknown): Uint8Array {
  return message instanceof Uint8Array
    ? getMessageBytes.raw(Protocol.ROOM_DATA_BYTES, type, undefined, message)
    : getMessageBytes.raw(Protocol.ROOM_DATA, type, message);
}

/** The frame of what everyone is sent. Implements the port of `event/announcer`. */
export function announcementFrame({ type, payload }: HistoryEntry): Buffer {
  return frameOf(messageBytes(type, payload));
}

/** A message that many are sent, in one frame. Implements the port of `event/details/details-messages`. */
export function sharedMessage(type: string, payload: unknown): Uint8Array {
  return inFrame(messageBytes(type, payload));
}
