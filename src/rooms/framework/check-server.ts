// Before a server listens: is it the one that the process was put into, and does it serve events by that process alone?
import { matchMaker, Server } from "@colyseus/core";
import { EventRoom } from "../EventRoom.ts";
import type { FrameworkParts } from "./server.ts";

const use = "use defineServer(withHoldfast({ rooms, ... }))";

/** @throws TypeError with one sentence */
export function checkServer({ transport, types }: Pick<FrameworkParts, "transport" | "types">): void {
  const server = Server.current;
  if (server === undefined)
    throw new TypeError(
      "withHoldfast: this server is of another copy of @colyseus/core than Holdfast runs on; keep one (npm ls @colyseus/core)",
    );
  if (server.transport !== transport)
    throw new TypeError(
      `withHoldfast: this server has another transport than the one that events need (the config form of @colyseus/tools brings its own); ${use}`,
    );
  const handlers = matchMaker.getAllHandlers();
  const missing = types.names.find((name) => handlers[name]?.klass !== types.get(name)?.room);
  if (missing !== undefined)
    throw new TypeError(`withHoldfast: the rooms "${missing}" are not defined in this server; ${use}`);
  for (const [name, { klass }] of Object.entries(handlers))
    if (klass.prototype instanceof EventRoom && (klass as typeof EventRoom).services === undefined)
      throw new TypeError(
        `withHoldfast: "${name}" is defined with an EventRoom by server.define; give it to withHoldfast as eventRoom(...)`,
      );
}
