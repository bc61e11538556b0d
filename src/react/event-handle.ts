// A provider's session, which exists only once that is mounted, and what its hooks listen to: from before there is a session
// on, and over one session after the other. Never renders anything.
import type { EventSession, JoinEventOptions, Json } from "../client/types/index.ts";
import { acquire, type Opened, release } from "./registry.ts";

/** What a hook reads from. */
export interface Place {
  readonly session: EventSession | undefined;
}

/** A place without a session: before a provider is mounted, and on a server. */
export const nowhere: Place = { session: undefined };

const versions = new WeakMap<EventSession, { current: object }>();

/**
 * Another object whenever the room's state has changed, which may itself be the same. Asked for first before anybody listens
 * for the state: who is notified of one finds its version then.
 */
export function stateVersion(session: EventSession): object {
  const known = versions.get(session);
  if (known !== undefined) return known.current;
  const version = { current: {} };
  versions.set(session, version);
  session.on("state", () => {
    version.current = {};
  });
  return version.current;
}

/** Begins to listen to a session; returns what stops it. */
export type Listen = (session: EventSession, notify: () => void) => () => void;

interface Attached {
  readonly listen: Listen;
  readonly notify: () => void;
  stop: (() => void) | undefined;
}

/** @internal */
export class EventHandle implements Place {
  session: EventSession | undefined;
  readonly #given: EventSession | undefined;
  readonly #attached = new Set<Attached>();
  /** Publishes of before there was a session. */
  readonly #waiting: ((session: EventSession) => void)[] = [];
  #opened: Opened | undefined;

  /** `given`: the application's own session; without it one is opened. */
  constructor(given: EventSession | undefined) {
    this.#given = given;
  }

  /** The provider is mounted, perhaps again. */
  open(options: JoinEventOptions): void {
    this.#opened = this.#given === undefined ? acquire(options) : undefined;
    this.#use(this.#given ?? (this.#opened as Opened).session);
  }

  /** The provider is rendered again. */
  update(options: JoinEventOptions): void {
    if (this.#opened !== undefined) this.#opened.options = options;
  }

  /** The provider is unmounted, perhaps to be mounted again at once. */
  close(): void {
    if (this.#opened !== undefined) release(this.#opened);
    this.#opened = undefined;
  }

  /** Listens to the session that is, and to each that follows; `notify` is also called when another one is there. */
  attach(listen: Listen, notify: () => void): () => void {
    const { session } = this;
    const attached: Attached = { listen, notify, stop: session && listen(session, notify) };
    this.#attached.add(attached);
    return () => {
      this.#attached.delete(attached);
      attached.stop?.();
    };
  }

  async publish(type: string, payload?: Json): Promise<void> {
    const session = this.session ?? (await new Promise<EventSession>((use) => this.#waiting.push(use)));
    return session.publish(type, payload);
  }

  #use(session: EventSession): void {
    const isOther = this.session !== session;
    this.session = session;
    stateVersion(session);
    for (const use of this.#waiting.splice(0)) use(session);
    if (!isOther) return;
    for (const attached of this.#attached) {
      attached.stop?.();
      attached.stop = attached.listen(session, attached.notify);
    }
    for (const { notify } of this.#attached) notify();
  }
}
