// The server as this browser's host sees it: by which right it asks, and what becomes of a right that is good no more. The
// rights are in the browser's storage, so that a closed tab and a restart of the server keep them; all tabs have the same.
import { type HostError, HostClient, type ListedEvent } from "../../host/index.ts";
import {
  allEvents,
  type HostRights,
  readRights,
  tokenFor,
  withoutToken,
  withRight,
  writtenRights,
} from "../core/host/host-rights.ts";
import { storedText, storeText } from "./stored-text.ts";

const key = "holdfast.host";

export interface EventList {
  readonly events: readonly ListedEvent[];
  /** In the server's time. */
  readonly at: number;
}

export class HostServer {
  readonly #url: string;
  readonly #clients = new Map<string, HostClient>();
  readonly #listeners = new Set<(rights: HostRights) => void>();
  #rights = readRights(storedText(key));

  constructor(url: string) {
    this.#url = url;
    addEventListener("storage", (event) => {
      if (event.key === key) this.#take(readRights(event.newValue ?? undefined)); // another tab has signed in or out
    });
  }

  get rights(): HostRights {
    return this.#rights;
  }

  /** May it open events, and invite to all of them? */
  get isForAll(): boolean {
    return this.#rights.has(allEvents);
  }

  /** Calls `listener` with each change of the rights; returns what stops it. */
  onRights(listener: (rights: HostRights) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Without a right: for what anybody may ask. */
  stranger(): HostClient {
    return new HostClient({ url: this.#url });
  }

  /** With the right for all events, or for this one; undefined when there is none. */
  clientFor(eventId: string): HostClient | undefined {
    const token = tokenFor(this.#rights, eventId);
    return token === undefined ? undefined : this.#clientOf(token);
  }

  /** Spends a code for a right, and keeps that. @throws HostError */
  async signIn(code: string): Promise<string> {
    const session = await this.stranger().signIn(code);
    this.#keep(withRight(this.#rights, session.event_id, session.host_token));
    return session.event_id;
  }

  /** Keeps a token that somebody was given, once the server takes it. @throws HostError */
  async useToken(token: string): Promise<void> {
    await new HostClient({ url: this.#url, token }).events();
    this.#keep(withRight(this.#rights, allEvents, token));
  }

  signOut(): void {
    this.#keep(new Map());
  }

  /** The events that this browser may run. A right that was taken back is forgotten. @throws HostError when nothing can be had */
  async events(): Promise<EventList> {
    const all = this.#rights.get(allEvents);
    const tokens = all === undefined ? [...new Set(this.#rights.values())] : [all];
    const lists = await Promise.all(tokens.map((token) => this.#listBy(token)));
    const found = lists.flatMap((list) => list?.events ?? []).filter(({ is_closed }) => !is_closed);
    return {
      events: [...new Map(found.map((event) => [event.event_id, event])).values()],
      at: Math.max(0, ...lists.map((list) => list?.server_time ?? 0)),
    };
  }

  /** A right that the server does not know any more is none. */
  forget(token: string | undefined): void {
    if (token !== undefined) this.#keep(withoutToken(this.#rights, token));
  }

  async #listBy(token: string) {
    try {
      return await this.#clientOf(token).events();
    } catch (error) {
      if ((error as HostError).reason !== "bad_token") throw error;
      this.forget(token);
      return undefined;
    }
  }

  #clientOf(token: string): HostClient {
    const known = this.#clients.get(token);
    if (known !== undefined) return known;
    const client = new HostClient({ url: this.#url, token });
    this.#clients.set(token, client);
    return client;
  }

  #keep(rights: HostRights): void {
    storeText(key, rights.size === 0 ? undefined : writtenRights(rights));
    this.#take(rights);
  }

  #take(rights: HostRights): void {
    this.#rights = rights;
    for (const listener of this.#listeners) listener(rights);
  }
}
