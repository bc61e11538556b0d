// What goes from each connection of a seat to its next: what a room author has put on the client object (`userData`,
// `view`), and the author's hook for each of them (`onSeatConnected`). In this process's memory only.
import type { Client } from "@colyseus/core";
import type { StateView } from "@colyseus/schema";
import type { ConnectedBy } from "../../event/ports.ts";
import type { AuthorGuard } from "./author-guard.ts";

/** Implemented by the author's room. */
interface ConnectionHooks<Entry> {
  onSeatConnected?(participant: Entry, client: Client, how: ConnectedBy): void;
}

/** The state's entries. Implemented by sync/room-state. */
interface Entries<Entry> {
  entry(deviceId: string): Entry | undefined;
}

/** What an author may put on a client object. */
interface Belongings {
  readonly userData?: unknown;
  readonly view?: StateView | undefined;
}

interface Arrival {
  readonly client: Client;
  readonly how: ConnectedBy;
}

export class SeatConnections<Entry> {
  readonly #hooks: ConnectionHooks<Entry>;
  readonly #state: Entries<Entry>;
  readonly #guard: AuthorGuard;
  /** Of seats that have no connection, and something to keep for the next. */
  readonly #kept = new Map<string, Belongings>();
  /** Connections of seats that are not in the state yet: of each seat that a device has taken since, in that order. */
  readonly #arriving = new Map<string, Arrival[][]>();

  constructor(hooks: ConnectionHooks<Entry>, state: Entries<Entry>, guard: AuthorGuard) {
    this.#hooks = hooks;
    this.#state = state;
    this.#guard = guard;
  }

  /**
   * A seat has a new connection, whose first state is still to be encoded: it gets what was on the last one's client,
   * and the author's hook is called, now or as soon as the seat is in the state.
   */
  began(deviceId: string, client: Client, how: ConnectedBy): void {
    const { userData, view } = this.#kept.get(deviceId) ?? {};
    this.#kept.delete(deviceId);
    if (userData !== undefined) client.userData = userData;
    if (view !== undefined) client.view = view;
    const arriving = this.#arriving.get(deviceId);
    const entry = how === "join" || arriving !== undefined ? undefined : this.#state.entry(deviceId);
    if (entry !== undefined) this.#call(entry, { client, how });
    else if (how === "join" || arriving === undefined)
      this.#arriving.set(deviceId, [...(arriving ?? []), [{ client, how }]]);
    else arriving.at(-1)?.push({ client, how });
  }

  /** A seat that was just taken is in the state. */
  taken(deviceId: string, entry: Entry): void {
    const [arriving = [], ...later] = this.#arriving.get(deviceId) ?? [];
    if (later.length === 0) this.#arriving.delete(deviceId);
    else this.#arriving.set(deviceId, later);
    for (const arrival of arriving) this.#call(entry, arrival);
  }

  /** A connection is over, and its seat is held for the next. */
  ended(deviceId: string, { userData, view }: Belongings): void {
    if (userData !== undefined || view !== undefined) this.#kept.set(deviceId, { userData, view });
  }

  /** Nobody has the seat any more. */
  left(deviceId: string): void {
    this.#kept.delete(deviceId);
  }

  #call(entry: Entry, { client, how }: Arrival): void {
    this.#guard.call("onSeatConnected", this.#hooks, this.#hooks.onSeatConnected, entry, client, how);
  }
}
