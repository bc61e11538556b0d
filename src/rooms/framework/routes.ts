// The routes of the server that we are in, as far as we ask: whether it answers a path itself. Implements admission's port
// OtherRoutes. What its express app answers is not asked: ours stand behind that.
import { Server } from "@colyseus/core";
import type { OtherRoutes } from "../../admission/http/http-gate.ts";

/** better-call's router, as core 0.18.17 asks it in router/index.ts. */
interface FoundRoutes {
  findRoute(method: string, path: string): unknown;
}

export class FrameworkRoutes implements OtherRoutes {
  has(method: string, path: string): boolean {
    const server = Server.current as { router?: FoundRoutes } | undefined;
    return server?.router?.findRoute(method, path) !== undefined;
  }
}
