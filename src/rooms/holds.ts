// The stock SDK's fast path: a Colyseus hold (allowReconnection) for a session that has just proved itself.
// Made when it comes back, not when it drops: a hold keeps the old client and its socket, a seat that is away is a row.
// "manual", never awaited, always caught: how long a seat is held is the seat machine's business, not a timer's here.
import type { Client, Deferred } from "@colyseus/core";

type Hold = Deferred<Client>;
type AllowReconnection = (client: Client, seconds: "manual") => Hold;

export class Holds {
  readonly #allow: AllowReconnection;
  readonly #holds = new Map<string, Hold>();

  constructor(allow: AllowReconnection) {
    this.#allow = allow;
  }

  /** Makes sure that a session which proved itself by its token finds a hold, whatever became of its last socket. */
  ensure(sessionId: string, reconnectionToken: string, auth: unknown): void {
    if (this.#holds.has(sessionId)) return;
    // allowReconnection reads these five and nothing else of the client that was (core 0.18.17, Room.ts:1920-1999)
    const gone = { sessionId, reconnectionToken, auth, userData: undefined, ref: {} };
    const hold = this.#allow(gone as unknown as Client, "manual");
    this.#holds.set(sessionId, hold);
    const forget = () => {
      if (this.#holds.get(sessionId) === hold) this.#holds.delete(sessionId);
    };
    hold.then(forget, forget);
  }

  /** Gives a session up: its token is worth nothing from now on. */
  release(sessionId: string): void {
    const hold = this.#holds.get(sessionId);
    this.#holds.delete(sessionId);
    hold?.reject(new Error("the seat has gone on without this session"));
  }
}
