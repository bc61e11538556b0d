// What the compared server consists of: rooms, express routes, endpoints. The same object is given to `defineServer` as it
// is, and through Holdfast.
import { defineRoom, defineServer, LobbyRoom, type Server } from "@colyseus/core";
import { AskRoom, ChatRoom, DoorRoom, FaultyRoom, MatchRoom } from "./rooms.ts";
import { endpoints, routes } from "./routes.ts";
import { BoardRoom, HoldRoom } from "./state-rooms.ts";

export type ServerParts = Parameters<typeof defineServer>[0];

/** All of it, new. */
export function serverParts() {
  return {
    rooms: {
      lobby: defineRoom(LobbyRoom),
      chat: defineRoom(ChatRoom),
      listed: defineRoom(ChatRoom, { isListed: true }).enableRealtimeListing(),
      ask: defineRoom(AskRoom),
      door: defineRoom(DoorRoom),
      match: defineRoom(MatchRoom).filterBy(["mode" as never]),
      event_like: defineRoom(MatchRoom).filterBy(["event_id" as never]),
      ranked: defineRoom(MatchRoom)
        .filterBy(["mode" as never])
        .sortBy({ rating: -1 } as never),
      faulty: defineRoom(FaultyRoom),
      board: defineRoom(BoardRoom),
      hold: defineRoom(HoldRoom),
    },
    routes: endpoints,
    express: routes,
    greet: false,
  };
}

/** A stock server of these parts. */
export function stockServer(more: Partial<ServerParts> = {}): Server {
  return defineServer({ ...serverParts(), ...more } as never);
}
