// A participant's phone in a test: joins, loses its network, comes back, is loaded again.
import type { ToJSON } from "@colyseus/schema";
import type { EventSchema, ParticipantOf, plainEvent, StateOf } from "../../schema/event-state.ts";
import { leaveFrame, messageFrame } from "./frames.ts";
import {
  Page,
  type PhoneClient,
  type PhoneDetails,
  type PhoneIdentity,
  type PhoneStatus,
  type Surroundings,
} from "./page.ts";
import type { ReceivedMessage, Seen } from "./seen.ts";

/** A room's state as plain data. */
export type PlainState<S extends EventSchema> = ToJSON<
  StateOf<EventSchema extends S ? typeof plainEvent : S>
>;
/** A participant in it. */
export type PlainParticipant<S extends EventSchema> = ToJSON<
  ParticipantOf<EventSchema extends S ? typeof plainEvent : S>
>;

/** A phone in a test. Everything that it does resolves when nothing is under way any more. */
export class Phone<S extends EventSchema = EventSchema> {
  /** The id of its device, by which others see it; a host or an observer has a name only. */
  readonly name: string;
  readonly #around: Surroundings;
  readonly #identity: PhoneIdentity;
  readonly #client: PhoneClient;
  readonly #page: Page;

  /** Made by `event.join`. */
  constructor(name: string, around: Surroundings, identity: PhoneIdentity, client: PhoneClient) {
    this.name = name;
    this.#around = around;
    this.#identity = identity;
    this.#client = client;
    this.#page = new Page(name, around, identity, client);
  }

  // --- what it knows ---

  get status(): PhoneStatus {
    return this.#page.status;
  }

  /** The code with which its last connection was closed (docs/contract.md); undefined before that, 1006 without a goodbye. */
  get closedWith(): number | undefined {
    return this.#page.closedWith;
  }

  /**
   * What it was sent since it joined, or since `forget()`, in order and once each.
   * @param type only of this type
   * @example assert.deepEqual(ann.saw(), [{ type: "participant_joined", device_id: "bob" }]);
   */
  saw(type?: Seen["type"]): Seen[] {
    return this.#page.inbox.seen.filter((each) => type === undefined || each.type === type);
  }

  /** The same as it came, with everything that is in it. */
  get received(): readonly ReceivedMessage[] {
    return this.#page.inbox.received;
  }

  /** Forgets what it saw. */
  forget(): void {
    this.#page.inbox.forget();
  }

  /**
   * The room's state as it was last sent it, as plain data.
   * @throws Error before the first
   */
  get state(): PlainState<S> {
    if (!this.#page.state.isThere) throw new Error(`${this.name} has not been sent a state yet`);
    return this.#page.state.plain as PlainState<S>;
  }

  /** The participants of that state, by their device ids. */
  get roster(): Readonly<Record<string, PlainParticipant<S>>> {
    const { participants } = this.state as { participants?: Record<string, PlainParticipant<S>> };
    return participants ?? {};
  }

  /**
   * What a host has said of the event (title, capacity, lock, ...), as it was last sent it; a host's also has `expected_names` and
   * `removed`. Undefined for a stock client, which is not sent it.
   */
  get details(): PhoneDetails | undefined {
    return this.#page.details;
  }

  // --- coming and going ---

  /** Takes its seat, as `event.join` does. @throws JoinRefused */
  async join(): Promise<this> {
    await this.#around.until(this.#page.join());
    return this;
  }

  /** The network resets its connection: nobody says goodbye, and the room finds out at once. */
  drop(): Promise<void> {
    this.#page.connection?.cut();
    return this.#around.settle();
  }

  /** Its network is a hole: nothing gets through any more, and the room has to find out by itself. */
  vanish(): Promise<void> {
    this.#page.connection?.strand();
    return this.#around.settle();
  }

  /**
   * Comes back as a page does that has lost its connection: by its reconnection token, and where that is refused by joining
   * again.
   * @throws JoinRefused
   */
  async return(): Promise<void> {
    if (this.#page.connection !== undefined) throw new Error(`${this.name} cannot return: it is not away`);
    await this.#around.until(this.#page.return());
  }

  /** Its page is loaded again: what only the page had is gone, and it joins with what the device has stored. @throws JoinRefused */
  async reload(): Promise<void> {
    await this.#around.until(this.#page.reload());
  }

  /**
   * Comes from a second page of the same device, which takes the seat over; this one is closed with 4501.
   * @param by a join, as any second page; or this page's reconnection token, as a tab that was duplicated
   * @returns the second page
   * @throws JoinRefused
   */
  async takeOver(by: "join" | "token" = "join"): Promise<Phone<S>> {
    const phone = new Phone<S>(this.name, this.#around, this.#identity, this.#client);
    await this.#around.until(phone.#page.takeOver(this.#page, by));
    return phone;
  }

  /** Leaves for good. */
  async leave(): Promise<void> {
    this.#page.connection?.send(leaveFrame);
    await this.#around.settle();
  }

  // --- what it sends ---

  /** `room.send(type, payload)`: lost when the connection is. */
  async send(type: string, payload?: unknown): Promise<void> {
    this.#page.connected("send").send(messageFrame(type, payload));
    await this.#around.settle();
  }

  /** `room.request(type, payload)`. @throws MessageRefused; ConnectionLost */
  async request(type: string, payload?: unknown): Promise<unknown> {
    return this.#around.until(this.#page.outgoing.request(this.#page.connected("request"), type, payload));
  }

  /**
   * `session.publish(type, payload)`: takes effect once, over drops, reloads and restarts. Resolves when the room has stored
   * it; while the phone is away it waits for its return.
   * @throws MessageRefused when the room has refused it
   */
  publish(type: string, payload?: unknown): Promise<void> {
    const wire = this.status === "connected" ? this.#page.connection : undefined;
    const done = this.#page.outgoing.publish(wire, type, payload) as Promise<void>;
    return wire === undefined ? done : this.#around.until(done, () => this.status === "connected");
  }
}
