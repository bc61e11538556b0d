// A transport that a server's owner has made: what it was given goes to ours, which takes its place.
import type { Server as HttpServer } from "node:http";
import type { Transport } from "@colyseus/core";
import { type TransportOptions, WebSocketTransport } from "@colyseus/ws-transport";

/** What the framework passes on to the transport that it makes by itself, among the options of a server. */
const passedOn = [
  "server",
  "pingInterval",
  "pingMaxRetries",
  "maxPayload",
  "beforeUpgrade",
  "perMessageDeflate",
  "verifyClient",
] as const;

/**
 * The options of the transport for everything that is no event's.
 * @throws TypeError for a transport that is not the framework's own for WebSockets
 */
export function transportOptionsOf({ transport, ...options }: { transport?: Transport }): TransportOptions {
  if (transport !== undefined) return takenFrom(transport);
  const given = passedOn.filter((name) => Reflect.get(options, name) !== undefined);
  return Object.fromEntries(given.map((name) => [name, Reflect.get(options, name) as unknown]));
}

function takenFrom(transport: Transport): TransportOptions {
  if (Object.getPrototypeOf(transport) !== WebSocketTransport.prototype)
    throw new TypeError(
      `withHoldfast: transport is a ${transport.constructor.name}; events need WebSocketTransport of @colyseus/ws-transport (one copy of it), or none given`,
    );
  const { server } = transport;
  if (server !== undefined) forgetUpgrades(server as HttpServer);
  const get = (name: string): unknown => Reflect.get(transport, name);
  const { options } = get("wss") as { options: TransportOptions };
  const { maxPayload, perMessageDeflate, verifyClient } = options;
  const taken = {
    server,
    pingInterval: get("pingIntervalMS"),
    pingMaxRetries: get("pingMaxRetries"),
    beforeUpgrade: get("_beforeUpgrade"),
    maxPayload,
    perMessageDeflate,
    verifyClient: verifyClient ?? undefined,
  };
  const entries = Object.entries(taken).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as TransportOptions;
}

/** A transport listens for upgrades from its construction on: all of them, also those of events. */
function forgetUpgrades(server: HttpServer): void {
  const another = new WebSocketTransport({ pingInterval: 0 });
  const texts = new Set(another.server?.listeners("upgrade").map(String));
  for (const listener of server.listeners("upgrade") as ((...details: unknown[]) => void)[])
    if (texts.has(String(listener))) server.off("upgrade", listener);
}
