// The stock SDK's fast path: Colyseus holds (allowReconnection), one for each session that may still reconnect.
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

  /**
   * Holds a client's session. Colyseus refuses, with a promise that nobody may leave uncaught (it would end the
   * process), while the client has not acknowledged JOIN_ROOM: `ensure` holds such a session when it comes back.
   */
  hold(client: Client): void {
    const { sessionId } = client;
    if (this.#holds.has(sessionId)) return;
    const hold = this.#allow(client, "manual");
    if (typeof hold.reject !== "function") {
      hold.catch(() => {});
      return;
    }
    this.#holds.set(sessionId, hold);
    const forget = () => {
      if (this.#holds.get(sessionId) === hold) this.#holds.delete(sessionId);
    };
    hold.then(forget, forget);
  }

  /** Makes sure that a session which proved itself by its token finds a hold, whatever became of its last socket. */
  ensure(sessionId: string, reconnectionToken: string, auth: unknown): void {
    if (this.#holds.has(sessionId)) return;
    // allowReconnection reads these five and nothing else of the client that was (core 0.18.17, Room.ts:1920-1999)
    const gone = { sessionId, reconnectionToken, auth, userData: undefined, ref: {} };
    this.hold(gone as unknown as Client);
  }

  /** Gives a session up: its token is worth nothing from now on. */
  release(sessionId: string): void {
    const hold = this.#holds.get(sessionId);
    this.#holds.delete(sessionId);
    hold?.reject(new Error("the seat has gone on without this session"));
  }
}
