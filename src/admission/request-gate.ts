// What the gate in front of the framework asks of the process behind it. Types and numbers only.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { RefusalCode } from "../protocol/refusal.ts";
import type { Caller } from "../identity/identity.ts";
import type { ConnectionLimit } from "./connection-limit.ts";
import type { Origins } from "./cors.ts";
import type { Elsewhere } from "./elsewhere.ts";
import type { Peers } from "./peer.ts";

export interface Gate extends Origins {
  readonly peers: Peers;
  readonly connections: ConnectionLimit;
  isDraining(): boolean;
  /** The gate itself has refused a join. */
  refused(code: RefusalCode): void;
  /** The store is out of reach, and nothing may be told that is not stored. */
  isSuspended(): boolean;
  /** A socket that returns by its token: resolves when it may come in, to be judged there. @throws Refusal */
  letBack(roomId: string, token: string, whenGone: WhenGone): Promise<void>;
  /** Answers a matchmaking request with what the SDK needs to connect. @throws Refusal */
  matchmake(call: MatchmakeCall): Promise<object>;
  /** Answers everything that is not matchmaking. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** In a cluster: sends on what belongs to another process. */
  readonly elsewhere?: Elsewhere | undefined;
}

/** One matchmaking request, read: `/matchmake/<method>/<room>`. */
export interface MatchmakeCall {
  readonly method: string;
  /** A room's name, or for `reconnect` its id. */
  readonly room: string;
  readonly options: Record<string, unknown>;
  /** The SDK's `client.auth.token`. */
  readonly token: string | undefined;
  readonly caller: Caller;
  readonly whenGone: WhenGone;
}

/** Calls `leave` when the client at the other end has gone, or has had its answer. */
export type WhenGone = (leave: () => void) => void;

/** Said with every 503 of the gate's own. */
export const retryMs = 1000;
