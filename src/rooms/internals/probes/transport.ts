// What of @colyseus/ws-transport, ws and Colyseus's Redis parts is looked for.
import { RedisDriver } from "@colyseus/redis-driver";
import { RedisPresence } from "@colyseus/redis-presence";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { Redis } from "ioredis";
import { WebSocket } from "ws";
import type { Internal } from "./internal.ts";
import { listingKey } from "../../redis/listing.ts";
import { frameOf } from "../ws.ts";

const pinned = "test/rooms/framework/ws.test.ts";

export const transportProbes: readonly Internal[] = [
  {
    package: "@colyseus/ws-transport",
    readIn: "0.18.4",
    name: "WebSocketTransport's listenForUpgrade, onConnection and wss",
    purpose: "upgrades are judged before their handshake",
    usedBy: ["src/rooms/sockets/transport.ts"],
    wanted: "`beforeUpgrade` with the raw socket, or a transport whose sockets may be opened by others",
    pinnedBy: [pinned],
    isThere: () => {
      const { prototype } = WebSocketTransport;
      const transport = new WebSocketTransport({ noServer: true, pingInterval: 0 });
      const sockets = Reflect.get(transport, "wss") as { handleUpgrade?: unknown; close(): void };
      sockets.close();
      return (
        typeof sockets.handleUpgrade === "function" &&
        ["listenForUpgrade", "onConnection"].every(
          (name) => typeof Reflect.get(prototype, name) === "function",
        )
      );
    },
  },
  {
    package: "@colyseus/ws-transport",
    readIn: "0.18.4",
    name: "WebSocketTransport's pingIntervalMS, pingMaxRetries, _beforeUpgrade and the options of its wss",
    purpose: "a transport that a server's owner has made is taken over with all that it was given",
    usedBy: ["src/rooms/framework/given-transport.ts"],
    wanted: "the options of a transport as a public property",
    pinnedBy: ["test/rooms/embedding/embedding.test.ts"],
    isThere: () => {
      const beforeUpgrade = () => undefined;
      const given = { noServer: true, pingInterval: 7, pingMaxRetries: 3, maxPayload: 5, beforeUpgrade };
      const transport = new WebSocketTransport(given);
      const get = (name: string): unknown => Reflect.get(transport, name);
      const wss = get("wss") as { options: { maxPayload?: number }; close(): void };
      wss.close();
      const kept = [get("pingIntervalMS"), get("pingMaxRetries"), wss.options.maxPayload];
      return kept.join() === "7,3,5" && get("_beforeUpgrade") === beforeUpgrade;
    },
  },
  {
    package: "ws",
    readIn: "8.23.0",
    name: "WebSocket._socket",
    purpose: "all that a client is sent in one turn is one write, and what has left is known",
    usedBy: ["src/rooms/internals/ws.ts"],
    wanted: "a way to send several frames, or bytes that are framed already, in one write",
    pinnedBy: [pinned, "test/rooms/hostile/backlog.test.ts"],
    isThere: () => Object.hasOwn(new WebSocket(null as never, undefined, {}), "_socket"),
  },
  {
    package: "ws",
    readIn: "8.23.0",
    name: "Sender.frame",
    purpose: "a frame is made once for all clients",
    usedBy: ["src/rooms/internals/ws.ts"],
    wanted: "nothing of ws, which exports it as public; of @types/ws, its declaration",
    pinnedBy: [pinned],
    isThere: () => frameOf(Uint8Array.of(1, 2)).equals(Uint8Array.of(0x82, 2, 1, 2)),
  },
  {
    package: "@colyseus/redis-presence",
    readIn: "0.18.5",
    name: "RedisPresence's sub and pub",
    purpose: "a process that stops lets its connections to Redis go",
    usedBy: ["src/rooms/redis/calm-presence.ts"],
    wanted: "a `shutdown` that waits for no answer of a Redis that is away",
    pinnedBy: ["test/redis/cluster/fenced-driver.test.ts"],
    isThere: () => {
      const presence = new RedisPresence(new Redis({ lazyConnect: true }));
      return ["sub", "pub"].every((name) => Reflect.get(presence, name) instanceof Redis);
    },
  },
  {
    package: "@colyseus/redis-driver",
    readIn: "0.18.3",
    name: "the key of RedisDriver's listing, `roomcaches`",
    purpose: "a row of the listing is written by its event's owner alone",
    usedBy: ["src/rooms/redis/listing.ts"],
    wanted: "a way to write a row under a condition, or the key as an option",
    pinnedBy: ["test/redis/cluster/fenced-driver.test.ts"],
    isThere: () => {
      const redis = new Redis({ lazyConnect: true });
      let asked: unknown;
      redis.hexists = ((key: string) => (asked = key)) as never;
      void new RedisDriver(redis).has("a room");
      return asked === listingKey;
    },
  },
];
