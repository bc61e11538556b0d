// What a host does in an event: to one participant, to some, to everyone who is away or to all, and to the event itself. Takes
// parsed actions, from a socket or over HTTP; all that one action decides (of more than 1,000 people, a thousand at a time) is
// one commit, and is announced in the one order. Owns whom an action is for, and when it counts as done; how a seat changes is the seat machine's to say.
import type { EventChange } from "../protocol/event-details.ts";
import { Refusal, retryHintMs, retryLater } from "../protocol/refusal.ts";
import {
  type HostAction,
  type HostActionResult,
  hostMessageType,
  mostDevices,
  type Whom,
} from "../protocol/session.ts";
import type { Roster } from "../seats/roster.ts";
import type { Announcer, StoreCondition } from "./announcer.ts";
import type { CommitBatch } from "./stored/commit-batch.ts";
import type { AuthorAnnouncements } from "./messages/author-announcements.ts";
import { MailboxFullError, type Mailboxes } from "./messages/mailboxes.ts";
import type { Participants } from "./participants.ts";

/** A store that takes longer: the host is better off with an answer, as whoever joins is. */
const storedWithinMs = 3000;

/** What a host may say of an event. Implemented by event/details/details. */
interface Changeable {
  /** @throws Refusal 400 */
  change(change: EventChange): void;
}

/** The event that a host acts in. Implemented by event/event. */
interface HostedEvent {
  readonly epoch: number;
  readonly isClosed: boolean;
  readonly participants: Pick<Participants, "kick" | "unkick" | "extendGrace" | "expireNow">;
  readonly mailboxes: Pick<Mailboxes, "tell">;
  readonly announcements: Pick<AuthorAnnouncements, "announce">;
  readonly announcer: Pick<Announcer, "isClosed">;
  readonly batch: Pick<CommitBatch, "stored">;
  readonly details: Changeable;
  close(): Promise<void>;
}

/** An action on people. */
type OnPeople = Extract<HostAction, Whom>;
/** Whom it is for: one of these is there. */
interface Named {
  readonly device_id?: string;
  readonly device_ids?: readonly string[];
  readonly to?: "away" | "all";
}

export class HostActions {
  readonly #event: HostedEvent;
  readonly #roster: Pick<Roster, "seats" | "away" | "kicked">;
  readonly #store: StoreCondition;
  /** How many messages to all there were. */
  #announced = 0;

  constructor(event: HostedEvent, roster: Pick<Roster, "seats" | "away" | "kicked">, store: StoreCondition) {
    this.#event = event;
    this.#roster = roster;
    this.#store = store;
  }

  /**
   * Does what a host asks for. Resolves when that is stored; everyone is told of it right after. The end of the event is under
   * way then: whoever asks may be closed by it.
   * @throws Refusal 400 for a change that this server's settings do not allow, 410 for a closed event, 503 when it cannot be
   *   stored now: before anything is done, or after it when the store takes too long
   */
  async perform(action: HostAction): Promise<HostActionResult> {
    const { announcer, batch, isClosed } = this.#event;
    if (announcer.isClosed) throw retryLater("The event is being moved", retryHintMs, "moving");
    if (isClosed) throw new Refusal(410, "The event is closed", { reason: "closed" });
    if (this.#store.state === "suspended") throw notStorable();
    const result = await this.#perform(action);
    if (result.done && action.action !== "close_event" && !(await batch.stored(storedWithinMs)))
      throw notStorable();
    return result;
  }

  #perform(action: HostAction): HostActionResult | Promise<HostActionResult> {
    switch (action.action) {
      case "close_event":
        void this.#event.close();
        return { done: true };
      case "lock":
      case "unlock":
        return this.#change({ is_locked: action.action === "lock" });
      case "change": {
        const { action: _, ...change } = action;
        return this.#change(change);
      }
      default:
        if (action.action === "message" && "to" in action && action.to === "all")
          return this.#announce(action.text);
        return this.#actOn(action);
    }
  }

  /** To everyone; who is seen as away is told it as well, because nobody announces anything again after a restart. */
  async #announce(text: string): Promise<HostActionResult> {
    this.#announced += 1;
    const id = `${this.#event.epoch}.${this.#announced}`;
    if (!this.#event.announcements.announce(hostMessageType, { text }, id)) return { done: false };
    await this.#forEach(this.#roster.away(), (deviceId) => this.#tell(deviceId, text, id));
    return { done: true };
  }

  #change(change: EventChange): HostActionResult {
    // MessagePack knows what JSON does not: a field that is there and undefined
    const given = Object.entries(change).filter(([, value]) => value !== undefined);
    this.#event.details.change(Object.fromEntries(given));
    return { done: true };
  }

  async #actOn(action: OnPeople): Promise<HostActionResult> {
    const named: Named = action;
    if (named.device_id !== undefined) return this.#actOnOne(action, named.device_id);
    const devices = this.#devicesOf(action.action, named);
    const done_for = await this.#forEach(devices, (deviceId) => this.#actOnOne(action, deviceId));
    return { done: done_for.length > 0, done_for };
  }

  /** A thousand at a time: 10,000 sockets that are closed at once would hold up everyone else's. Resolves with whom it was done to. */
  async #forEach(devices: readonly string[], act: (deviceId: string) => HostActionResult): Promise<string[]> {
    const doneFor: string[] = [];
    for (let from = 0; from < devices.length; from += mostDevices) {
      if (from > 0) await new Promise(setImmediate);
      const some = devices.slice(from, from + mostDevices);
      doneFor.push(...some.filter((deviceId) => act(deviceId).done));
    }
    return doneFor;
  }

  /** The devices that it may be for, each once. O(those concerned). */
  #devicesOf(action: OnPeople["action"], { device_ids, to }: Named): readonly string[] {
    const roster = this.#roster;
    if (device_ids !== undefined) return [...new Set(device_ids)];
    if (action === "readmit") return to === "all" ? roster.kicked() : [];
    const isForAway = to === "away" || action === "extend_grace" || action === "end_grace";
    return isForAway ? roster.away() : [...roster.seats()].map(({ deviceId }) => deviceId);
  }

  #actOnOne(action: OnPeople, deviceId: string): HostActionResult {
    const { participants } = this.#event;
    switch (action.action) {
      case "kick":
        return { done: participants.kick(deviceId) };
      case "readmit":
        return { done: participants.unkick(deviceId) };
      case "extend_grace":
        return { done: participants.extendGrace(deviceId, action.by_ms) };
      case "end_grace":
        return { done: participants.expireNow(deviceId) };
      case "message":
        return this.#tell(deviceId, action.text);
    }
  }

  #tell(deviceId: string, text: string, announcementId?: string): HostActionResult {
    try {
      return { done: this.#event.mailboxes.tell(deviceId, hostMessageType, { text }, announcementId) };
    } catch (error) {
      if (!(error instanceof MailboxFullError)) throw error;
      return { done: false, error: "Too many messages wait for this participant already" };
    }
  }
}

const notStorable = () => retryLater("It cannot be stored just now", retryHintMs, "suspended");
