// Which options a server may be given, and what is said of those that cannot go together with events.
import type { Config } from "../config.ts";
import { isLocal } from "../rooms/framework/backend.ts";
import { isDevServer, type Rooms, type Router, type StockOptions } from "../rooms/framework/server.ts";
import { checkNames } from "./complete-config.ts";

/** What `defineServer` takes (core 0.18.17, ServerOptions and DefineServerOptions). */
const stock = [
  "rooms",
  "routes",
  "publicAddress",
  "presence",
  "driver",
  "transport",
  "gracefullyShutdown",
  "logger",
  "beforeListen",
  "database",
  "auth",
  "express",
  "selectProcessIdToCreateRoom",
  "isStandaloneMatchMaker",
  "devMode",
  "greet",
];
/** What it passes on to the transport that it makes (ws-transport 0.18.4, TransportOptions). */
const ofTransport = [
  "server",
  "pingInterval",
  "pingMaxRetries",
  "maxPayload",
  "beforeUpgrade",
  "perMessageDeflate",
  "verifyClient",
];
const ours = ["pages", "identity", "clock", "store", "log"];
/** What the config form of @colyseus/tools takes. */
const ofTools = [
  "options",
  "initializeExpress",
  "initializeGameServer",
  "initializeTransport",
  "displayLogs",
];

const who = "withHoldfast";

/** @throws TypeError with one sentence for what cannot work */
export function checkServerOptions<T extends Rooms, R extends Router>(
  options: StockOptions<T, R>,
  { redisUrl = "", publicAddress = "" }: Partial<Config>,
): void {
  const refuse = (sentence: string): never => {
    throw new TypeError(`${who}: ${sentence}`);
  };
  const tool = ofTools.find((name) => name in options);
  if (tool !== undefined)
    refuse(
      `${tool} is of the config form of @colyseus/tools; use defineServer(withHoldfast({ rooms, express }))`,
    );
  checkNames(options, [...stock, ...ofTransport, ...ours], who);
  if (typeof options.rooms !== "object" || options.rooms === null) refuse("rooms is missing");
  if (options.devMode === true || isDevServer())
    refuse("devMode keeps rooms in a way of its own, and events are kept already; leave it out");
  if (options.isStandaloneMatchMaker === true)
    refuse("isStandaloneMatchMaker makes a process without rooms, and this one is to have events");
  const shared = (["driver", "presence"] as const).find(
    (name) => options[name] !== undefined && (redisUrl !== "" || !isLocal(options[name])),
  );
  if (shared !== undefined)
    refuse(`${shared} is brought along by redisUrl, the setting for several processes; leave it out`);
  const { publicAddress: theirs = "" } = options;
  if (theirs !== "" && publicAddress !== "" && theirs !== publicAddress)
    refuse("publicAddress is given twice, in the options and in the settings; leave one out");
}
