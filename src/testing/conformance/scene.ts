// One check's event: its participants, and waiting for what should be. Every check has an event of its own.
import { JoinRefused } from "../phone/refused.ts";
import { Guest, type PlainState } from "./guest.ts";
import type { Action, ConformanceOptions } from "./options.ts";
import { Broken, NotChecked } from "./verdict.ts";
import type { Venue } from "./venue.ts";

/** For how long what should be is waited for, in the venue's time. */
const patienceMs = 5000;
const stepMs = 10;
/** In such a time everything that is announced has been sent: a patch of an author's own changes comes every 100 ms. */
const settleMs = 300;

let events = 0;
/** Events of one run are not those of another against the same server. */
const run = Math.random().toString(36).slice(2, 8);

/** Fields that are not a room author's own. */
const ours = {
  participant: [
    "device_id",
    "user_id",
    "display_name",
    "status",
    "reason",
    "joined_at",
    "disconnected_at",
    "grace_expires_at",
  ],
  event: ["event_id", "grace_period_ms", "heartbeat_interval_ms", "participants"],
};

/** A check, and what it needs to know of the room. */
export class Scene {
  readonly venue: Venue;
  readonly options: ConformanceOptions;
  /** Names of fields that only their participant may see. */
  readonly privateFields: readonly string[];
  readonly eventId: string;
  readonly guests: Guest[] = [];
  readonly secrets: string[] = [];
  #host: Guest | undefined;
  #hasBegun = false;

  constructor(venue: Venue, options: ConformanceOptions, privateFields: readonly string[]) {
    this.venue = venue;
    this.options = options;
    this.privateFields = privateFields;
    events += 1;
    this.eventId = `conformance ${run} ${events}`;
  }

  /** A participant that has not joined yet. */
  async guest(name: string): Promise<Guest> {
    const identity = { eventId: this.eventId, deviceId: name, number: this.guests.length + 1 };
    const secret = `secret-${run}-${events}-${this.guests.length + 1}-${"x".repeat(16)}`;
    const given = (await this.options.joinOptions?.(identity)) ?? {};
    const options = { event_id: this.eventId, device_id: name, session_token: secret, ...given };
    this.secrets.push(String(options.session_token));
    const guest = new Guest(this.venue, this.options.eventType ?? this.venue.eventType, name, options);
    this.guests.push(guest);
    return guest;
  }

  /** A participant that is there. */
  async joined(name: string): Promise<Guest> {
    const guest = await this.guest(name);
    await guest.join();
    return guest;
  }

  /** Several, in their order. */
  async all(...names: readonly string[]): Promise<Guest[]> {
    const guests: Guest[] = [];
    for (const name of names) guests.push(await this.joined(name));
    await this.settle();
    return guests;
  }

  /** Waits until `read` says something other than undefined or false. @throws Broken with what should have been */
  async until<Value>(
    should: string | (() => string),
    read: () => Value | undefined | false,
    withinMs = patienceMs,
  ): Promise<Value> {
    for (let waitedMs = 0; ; waitedMs += stepMs) {
      const value = read();
      if (value !== undefined && value !== false) return value;
      if (waitedMs > withinMs)
        throw new Broken(`not within ${withinMs} ms: ${typeof should === "string" ? should : should()}`);
      await this.venue.advance(stepMs);
    }
  }

  /** Whatever is under way is over. */
  settle(): Promise<void> {
    return this.venue.advance(settleMs);
  }

  /** Waits for what a guest is to have been sent of a participant, and makes sure that nothing more comes. */
  async hears(guest: Guest, deviceId: string, expected: readonly string[]): Promise<void> {
    const isThere = () => guest.story(deviceId).length >= expected.length;
    await this.until("all of it", isThere).catch(() => {});
    await this.settle();
    const story = guest.story(deviceId).join(", ");
    const should = expected.join(", ");
    if (story !== should)
      throw new Broken(
        `${guest.deviceId} was sent of ${deviceId}: ${story || "nothing"}; it should have been: ${should || "nothing"}`,
      );
  }

  /** Waits until a guest has been sent an announcement of a participant. */
  async hearsOf(guest: Guest, deviceId: string, word: string): Promise<Record<string, unknown>> {
    const type = `participant_${word}`;
    return this.until(
      `${guest.deviceId} is sent ${type} of ${deviceId}`,
      () =>
        guest.heard.findLast((each) => each.type === type && each.payload.device_id === deviceId)?.payload,
    );
  }

  /** Waits until a guest's state shows a participant's status; undefined: not at all. */
  async shows(guest: Guest, deviceId: string, status: string | undefined): Promise<void> {
    const shown = () => guest.sees(deviceId)?.status as string | undefined;
    await this.until(
      () =>
        `the state of ${guest.deviceId} shows ${deviceId} as ${status ?? "gone"}, not ${shown() ?? "gone"}`,
      () => shown() === status,
    );
  }

  /** Has somebody act; the first time what is to be done first is done. */
  async acts(guest: Guest, action: Action): Promise<void> {
    await this.begin(guest);
    await this.#act(guest, action);
  }

  /** Does once what the options want to be done first. */
  async begin(guest: Guest): Promise<void> {
    const { begin } = this.options;
    if (this.#hasBegun || begin === undefined) return;
    this.#hasBegun = true;
    await this.#act(guest, begin);
  }

  async #act(guest: Guest, { how, by, type, payload }: Action): Promise<void> {
    const actor = by === "host" ? await this.#hosts() : guest;
    if (how === "publish") {
      const before = actor.lastPublished;
      actor.publish(before + 1, type, payload);
      await this.until(`the published "${type}" is acknowledged`, () => actor.lastPublished > before);
    } else actor.send(type, payload);
    await this.settle();
  }

  /** A host in this event, who has no seat. */
  async #hosts(): Promise<Guest> {
    if (this.#host?.isConnected === true) return this.#host;
    const { venue, eventId, options } = this;
    if (venue.hostToken === undefined) throw new NotChecked("server.hostToken is missing: a host's token");
    const join = { event_id: eventId, session_token: await venue.hostToken(), role: "observer" };
    const host = new Guest(venue, options.eventType ?? venue.eventType, "host", join);
    await host.join();
    this.#host = host;
    return host;
  }

  /** What a room's author keeps, as a guest sees it. */
  own(guest: Guest): { event: object; participants: Record<string, object> } {
    const state = (guest.state ?? { participants: {} }) as PlainState;
    const without = (fields: object, names: readonly string[]) =>
      Object.fromEntries(
        Object.entries(fields)
          .filter(([name]) => !names.includes(name) && !this.options.changing?.includes(name))
          .toSorted(([a], [b]) => (a < b ? -1 : 1)),
      );
    const participants = Object.entries(state.participants).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return {
      event: without(state, ours.event),
      participants: Object.fromEntries(
        participants.map(([deviceId, fields]) => [deviceId, without(fields, ours.participant)]),
      ),
    };
  }

  /** Everyone goes: the event is not needed any more. */
  async end(): Promise<void> {
    for (const guest of this.guests) guest.leave();
    await this.venue.advance(stepMs);
    for (const guest of this.guests) guest.drop();
    this.#host?.drop();
  }
}

export function expect(isSo: boolean, because: string | (() => string)): asserts isSo {
  if (!isSo) throw new Broken(typeof because === "string" ? because : because());
}

/** An option that a check cannot do without. @throws NotChecked */
export function needed<Value>(value: Value | undefined, name: string, what: string): Value {
  if (value === undefined) throw new NotChecked(`the option ${name} is missing: ${what}`);
  return value;
}

/** The code with which something is refused; undefined when it is not. */
export async function refusalOf(task: Promise<unknown>): Promise<JoinRefused | undefined> {
  try {
    await task;
    return undefined;
  } catch (error) {
    if (error instanceof JoinRefused) return error;
    throw error;
  }
}

export const sameJson = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);
