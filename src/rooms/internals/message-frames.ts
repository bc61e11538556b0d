// Messages as the framework encodes them, in frames that everyone is sent. `getMessageBytes` is exported by @colyseus/core
// 0.18.17 and not documented; test/rooms/room/room.test.ts pins it, with a stock SDK.
import { getMessageBytes, Protocol } from "@colyseus/core";
import type { Announcement } from "../../protocol/messages.ts";
import { frameOf } from "./ws.ts";

/** The frame of an announcement. Implements the port of `event/announcer`. */
export function announcementFrame({ type, payload }: Announcement): Buffer {
  return frameOf(getMessageBytes.raw(Protocol.ROOM_DATA, type, payload));
}
