// A session as an application holds it. Puts the parts together and answers from them; what one part's news means for
// the others, SessionController decides. Owns the public methods; never decides anything itself.
import type { Dialer } from "../connection/connection.ts";
import { mustFitFrame } from "../connection/sdk/frame-size.ts";
import { ServerClock } from "../connection/server-clock.ts";
import type { Environment } from "../platform/environment.ts";
import { SafeStorage } from "../platform/safe-storage.ts";
import { Roster } from "../presence/roster.ts";
import { followersOf, StateFollowers } from "../state/followers.ts";
import type {
  ConnectionQuality,
  EventSession,
  JoinEventOptions,
  Json,
  RosterEntry,
  SessionDetails,
  SessionEvents,
  SessionState,
  SessionStatus,
  ToldHandler,
} from "../types/index.ts";
import { DetailsFeed } from "./details-feed.ts";
import { Emitter } from "./emitter.ts";
import { identify } from "./identity.ts";
import { OwnSeat } from "./own-seat.ts";
import { SessionController } from "./session-controller.ts";

/** @throws TypeError without an event, RangeError for a time that is none. */
export class Session implements EventSession {
  readonly eventId: string;
  readonly deviceId: string;
  readonly #environment: Environment;
  readonly #clock: ServerClock;
  readonly #ownSeat: OwnSeat;
  readonly #roster: Roster;
  readonly [followersOf]: StateFollowers;
  readonly #events: Emitter<SessionEvents>;
  readonly #entries: Emitter<Record<string, RosterEntry | undefined>>;
  readonly #authorMessages: Emitter<Record<string, unknown>>;
  readonly #details: DetailsFeed;
  readonly #controller: SessionController;

  constructor(options: JoinEventOptions, environment: Environment, dialer: Dialer) {
    if (typeof options.eventId !== "string" || options.eventId === "")
      throw new TypeError("joinEvent needs an eventId: a string that is not empty");
    const storage = new SafeStorage(options.storage ?? environment.storage);
    const identity = identify(options, storage, environment);
    this.eventId = options.eventId;
    this.deviceId = identity.deviceId;
    this.#environment = environment;
    this.#roster = new Roster(identity.deviceId);
    const roster = options.role === "observer" ? undefined : this.#roster;
    this.#ownSeat = new OwnSeat(environment, storage, identity.seatKey, roster);
    this.#clock = new ServerClock(environment.now(), this.#ownSeat.serverNow);
    this[followersOf] = new StateFollowers(environment);
    this.#events = new Emitter(environment);
    this.#entries = new Emitter(environment);
    this.#authorMessages = new Emitter(environment);
    this.#details = new DetailsFeed(this.#events);
    this.#controller = new SessionController({
      options,
      environment,
      dialer,
      storage,
      identity,
      ownSeat: this.#ownSeat,
      clock: this.#clock,
      roster: this.#roster,
      followers: this[followersOf],
      events: this.#events,
      entries: this.#entries,
      authorMessages: this.#authorMessages,
      details: this.#details,
    });
    this.#controller.begin();
  }

  get state(): SessionState {
    return this.#controller.state;
  }
  get status(): SessionStatus {
    return this.#controller.state.status;
  }
  get roster(): ReadonlyMap<string, RosterEntry> {
    return this.#roster.entries;
  }
  get participantIds(): readonly string[] {
    return this.#roster.ids;
  }
  get roomState(): unknown {
    return this.#controller.view;
  }
  get details(): SessionDetails | undefined {
    return this.#details.last;
  }
  get gracePeriodMs(): number | undefined {
    return this.#controller.view?.grace_period_ms;
  }
  get quality(): ConnectionQuality {
    return this.#controller.quality;
  }
  get pendingPublishes(): number {
    return this.#controller.pending;
  }

  get lastReceivedAt(): number | undefined {
    const { silentMs } = this.#controller;
    return silentMs === undefined ? this.#ownSeat.remembered?.since : this.serverNow() - silentMs;
  }

  serverNow(): number {
    return this.#clock.at(this.#environment.now());
  }

  joined(): Promise<void> {
    return this.#controller.joined;
  }

  on<Type extends keyof SessionEvents>(type: Type, listener: (event: SessionEvents[Type]) => void) {
    return this.#events.on(type, listener);
  }

  onParticipant(deviceId: string, listener: (entry: RosterEntry | undefined) => void): () => void {
    return this.#entries.on(deviceId, listener);
  }

  onMessage<Payload = unknown>(type: string, listener: (payload: Payload) => void): () => void {
    return this.#authorMessages.on(type, (payload) => listener(payload as Payload));
  }

  onTold<Payload = unknown>(type: string, handler: ToldHandler<Payload>): () => void {
    return this.#controller.inbox.on(type, handler);
  }

  send(type: string, payload?: unknown): boolean {
    mustFitFrame(type, payload);
    return this.#controller.connection?.send(type, payload) ?? false;
  }

  async request<Answer = unknown>(type: string, payload?: unknown): Promise<Answer> {
    mustFitFrame(type, payload);
    const { connection } = this.#controller;
    if (connection === undefined) throw new Error("Not connected.");
    return (await connection.request(type, payload)) as Answer;
  }

  publish(type: string, payload?: Json): Promise<void> {
    return this.#controller.publish(type, payload);
  }

  leave(): Promise<void> {
    return this.#controller.leave();
  }

  close(): void {
    this.#controller.close();
    // What else was to be announced is nobody's: whoever closes a session takes down what shows it.
    for (const part of [this.#events, this.#entries, this.#authorMessages, this[followersOf]]) part.end();
  }

  reconnectNow(): void {
    this.#controller.reconnectNow();
  }
}
