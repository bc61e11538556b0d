// The servers that take turns: which file starts each, with what environment, and which dialect it speaks.
import type { Crowd } from "../running/crowd.ts";
import { bareDialect } from "../dialects/bare.ts";
import { colyseusDialect } from "../dialects/colyseus.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { oursDialect } from "../dialects/ours.ts";
import { socketIoDialect } from "../dialects/socketio.ts";
import type { ServerId } from "../results.ts";

interface Contestant {
  /** In tables and plots. */
  readonly title: string;
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  readonly dialect: (port: number, crowd: Crowd) => Dialect;
}

export const contestants: Readonly<Record<ServerId, Contestant>> = {
  holdfast: { title: "Holdfast", script: "holdfast", env: {}, dialect: colyseusDialect },
  "holdfast-ours": { title: "Holdfast, our client", script: "holdfast", env: {}, dialect: oursDialect },
  plain: { title: "Colyseus, plain room", script: "plain", env: {}, dialect: colyseusDialect },
  sio: { title: "Socket.IO 4", script: "socketio", env: {}, dialect: socketIoDialect },
  bare: { title: "bare ws, per tick", script: "bare", env: {}, dialect: bareDialect },
  "bare-each": {
    title: "bare ws, per event",
    script: "bare",
    env: { BARE_MODE: "each" },
    dialect: bareDialect,
  },
  "holdfast-memory": {
    title: "Holdfast, memory store",
    script: "holdfast",
    env: { STORE_URL: "memory:" },
    dialect: colyseusDialect,
  },
};
