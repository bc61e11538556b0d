// What of @colyseus/core is looked for, as read in 0.18.17.
import { EventEmitter } from "node:events";
import {
  type Client,
  type ClientPrivate,
  ClientState,
  connectClientToRoom,
  createAuthContext,
  enqueueClientRaw,
  getMessageBytes,
  matchMaker,
  Protocol,
  Room,
  SchemaSerializer,
  Server,
} from "@colyseus/core";
import type { Internal } from "./internal.ts";
import { followClock, ratesOf, stopPatching } from "../core.ts";

const core = { package: "@colyseus/core", readIn: "0.18.17" } as const;
const pinned = "test/rooms/framework/core.test.ts";

const isMethod = (owner: object, name: string) => typeof Reflect.get(owner, name) === "function";
const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** A room as the matchmaker begins one, without its timers: only looked at. */
function begun(): Room {
  const room = new Room();
  room.autoDispose = false;
  (Reflect.get(room, "__init") as () => void).call(room);
  stopPatching(room, ratesOf(room));
  return room;
}

/** A client that keeps what it is sent. */
function newClient(state: ClientState) {
  const sent: Uint8Array[] = [];
  const client = {
    state,
    _enqueuedMessages: [] as unknown[],
    _pendingFrameClients: [] as unknown[],
    raw: (bytes: Uint8Array) => void sent.push(bytes),
    enqueueRaw: (bytes: Uint8Array) => void sent.push(bytes),
  };
  return { client: client as unknown as Client & ClientPrivate, sent };
}

function answersByCatch(): boolean {
  class Asked extends Room {
    override onUncaughtException(): void {}
  }
  const room = new Asked();
  const { client, sent } = newClient(ClientState.JOINED);
  room.onMessage("asked", (() => ({ catch: () => "the answer" })) as never);
  const request = Buffer.from([Protocol.ROOM_REQUEST, 1, 0xa5, ...Buffer.from("asked")]);
  (Reflect.get(room, "_onMessage") as (from: Client, frame: Buffer) => void).call(room, client, request);
  return sent.length === 1 && Buffer.from(sent[0] as Uint8Array).includes("the answer");
}

export const coreProbes: readonly Internal[] = [
  {
    ...core,
    name: "Room._reservedSeats, Room._reservedSeatTimeouts",
    purpose: "a session that returns by its token gets its seat, and reservations do not keep a room open",
    usedBy: ["src/rooms/internals/reservations.ts"],
    wanted:
      "a method that reserves a seat for a given session id, and one that counts and drops reservations",
    pinnedBy: [pinned],
    isThere: () => {
      const room = new Room();
      return (
        isObject(Reflect.get(room, "_reservedSeats")) && isObject(Reflect.get(room, "_reservedSeatTimeouts"))
      );
    },
  },
  {
    ...core,
    name: "Room._listing",
    purpose: "a room's row in the listing counts its clients",
    usedBy: ["src/rooms/internals/core.ts", "src/rooms/redis/event-rows.ts"],
    wanted: "a room's row as a public property",
    pinnedBy: [pinned, "test/redis/cluster/fenced-driver.test.ts"],
    isThere: () => {
      const room = new Room();
      const row = { metadata: { is: "this row's" } };
      Reflect.set(room, "_listing", row);
      return room.metadata === row.metadata;
    },
  },
  {
    ...core,
    name: "Room._events",
    purpose: "a process counts each connected user once",
    usedBy: ["src/rooms/internals/core.ts"],
    wanted: "a `leave` for each `join`, also when a reservation of the session waits",
    pinnedBy: [pinned],
    isThere: () => Reflect.get(new Room(), "_events") instanceof EventEmitter,
  },
  {
    ...core,
    name: "Room._onMessage",
    purpose: "a frame that cannot be read is logged with its client's ids",
    usedBy: ["src/rooms/internals/core.ts"],
    wanted: "a hook for frames that cannot be decoded, with the client",
    pinnedBy: [pinned, "test/rooms/author/messages.test.ts"],
    isThere: () => isMethod(Room.prototype, "_onMessage"),
  },
  {
    ...core,
    name: "the accessors `patchRate` and `autoDispose` of a room that has begun",
    purpose: "an event in which nothing happens has no interval, and a room goes when its roster says so",
    usedBy: ["src/rooms/internals/core.ts"],
    wanted: "a way to pause a room's interval, and `autoDispose` as an ordinary property",
    pinnedBy: [pinned, "test/rooms/room/patch-interval.test.ts"],
    isThere: () => {
      const room = begun();
      return ["patchRate", "autoDispose"].every((name) => {
        const found = Object.getOwnPropertyDescriptor(room, name);
        return found?.set !== undefined && found.configurable === true;
      });
    },
  },
  {
    ...core,
    name: "Room._simulationInterval",
    purpose: "it is known whether a room has a time step of its author's",
    usedBy: ["src/rooms/internals/core.ts"],
    wanted: "a public property that says so, and a `patchRate` of null that begins no interval",
    pinnedBy: [pinned],
    isThere: () => {
      const room = new Room();
      room.setTimestep(() => {}, 1000);
      const timer: unknown = Reflect.get(room, "_simulationInterval");
      room.setTimestep();
      clearInterval(timer as NodeJS.Timeout);
      return isObject(timer);
    },
  },
  {
    ...core,
    name: "Clock.now of room.clock",
    purpose: "the room's clock goes by the same time as the event, which no jump of the wall clock moves",
    usedBy: ["src/rooms/internals/core.ts"],
    wanted: "a room's clock that can be given its time",
    pinnedBy: [pinned],
    isThere: () => {
      const room = new Room();
      let now = 5;
      followClock(room, { now: () => now });
      now = 12;
      room.clock.tick();
      return room.clock.deltaTime === 7 && room.clock.elapsedTime === 7;
    },
  },
  {
    ...core,
    name: "ClientPrivate._enqueuedMessages and _pendingFrameClients, enqueueClientRaw",
    purpose: "what is sent before the first state waits for it, and what is for after a patch waits for that",
    usedBy: ["src/rooms/sockets/seat-client.ts"],
    wanted: "a documented base class for a transport's clients",
    pinnedBy: [pinned],
    isThere: () => {
      const [joining, joined] = [newClient(ClientState.JOINING).client, newClient(ClientState.JOINED).client];
      enqueueClientRaw(joining, Buffer.from("early"));
      enqueueClientRaw(joined, Buffer.from("later"), { afterNextPatch: true });
      return joining._enqueuedMessages?.length === 1 && joined._pendingFrameClients?.length === 1;
    },
  },
  {
    ...core,
    name: "how RoomMessages reports and answers what a handler returns (`catch`)",
    purpose: "a request whose handler fails is answered with why",
    usedBy: ["src/rooms/author/message-handlers.ts"],
    wanted: "a handler that throws is reported, and answered as refused",
    pinnedBy: ["test/rooms/author/messages.test.ts"],
    isThere: answersByCatch,
  },
  {
    ...core,
    name: "getMessageBytes, connectClientToRoom, createAuthContext, Protocol",
    purpose: "sockets enter rooms, and messages are encoded as Colyseus encodes them",
    usedBy: [
      "src/rooms/sockets/event-sockets.ts",
      "src/rooms/sockets/seat-client.ts",
      "src/rooms/session-messages.ts",
      "src/rooms/internals/message-frames.ts",
    ],
    wanted: "documentation: they are exported for transports",
    pinnedBy: [pinned, "test/rooms/room/room.test.ts"],
    isThere: () =>
      [connectClientToRoom, createAuthContext, getMessageBytes.raw, getMessageBytes[Protocol.ERROR]].every(
        (each) => typeof each === "function",
      ),
  },
  {
    ...core,
    name: "matchMaker's and Room's methods that are exported and not documented",
    purpose: "joins, returns and kicks are answered by the event's own rules",
    usedBy: [
      "src/rooms/EventRoom.ts",
      "src/rooms/directory/room-directory.ts",
      "src/rooms/framework/server.ts",
    ],
    wanted: "documentation of these methods as points of extension",
    pinnedBy: [pinned],
    isThere: () =>
      [...matchMakerMethods].every((name) => isMethod(matchMaker, name)) &&
      [...roomMethods].every((name) => isMethod(Room.prototype, name)),
  },
  {
    ...core,
    name: "Server.current, with its router and its transport",
    purpose: "a server's own routes win, and one that is not ours is told so at the start",
    usedBy: ["src/rooms/framework/routes.ts", "src/rooms/framework/check-server.ts"],
    wanted: "the server as an argument of beforeListen, and of its transport's listen",
    pinnedBy: ["test/rooms/embedding/embedding.test.ts"],
    isThere: () => /\.current\s*=\s*this\b/.test(String(Server)), // loaders like tsx leave the spaces out
  },
  {
    ...core,
    name: "SchemaSerializer's encoder, fullEncodeBuffer and needFullEncode",
    purpose: "a patch is encoded once, and framed once, for all clients",
    usedBy: ["src/rooms/internals/serializer.ts"],
    wanted:
      "patches and full states that are copies, and a hook that gets a patch's bytes once for all clients",
    pinnedBy: ["test/pure/framework/serializer.test.ts", "test/pure/sync/snapshot.test.ts"],
    isThere: () => {
      const serializer = new SchemaSerializer();
      const methods = ["applyPatches", "getFullState", "handshake", "reset"];
      const fields = ["fullEncodeBuffer", "needFullEncode", "hasFilters", "hasUnreliableFields"];
      return (
        methods.every((name) => isMethod(serializer, name)) && fields.every((name) => name in serializer)
      );
    },
  },
];

const matchMakerMethods = [
  "getLocalRoomById",
  "reserveSeatFor",
  "buildSeatReservation",
  "setHealthChecksEnabled",
] as const;
const roomMethods = [
  "broadcastPatch",
  "checkReconnectionToken",
  "hasReachedMaxClients",
  "hasReservedSeat",
  "kickClient",
  "setSerializer",
] as const;
