// One session as an application has it: puts the parts together, and passes on what each says to the others.
import type { PresenceResumed } from "../../protocol/session.ts";
import { CatchUp } from "../presence/catch-up.ts";
import { type Deferred, deferred } from "./deferred.ts";
import { Emitter } from "./emitter.ts";
import type { Environment } from "../platform/environment.ts";
import { SessionEndedError } from "./errors.ts";
import { mustFitFrame } from "../outbox/frame-size.ts";
import { hear, type Hearers } from "../connection/message-router.ts";
import { identify, type Identity, joinRequest } from "./identity.ts";
import { Keeper } from "../connection/connection-manager.ts";
import type { Dial, Link, Target } from "../connection/connection.ts";
import type { Failed } from "../outbox/outbox.ts";
import { Ownership } from "./ownership.ts";
import { policyOf } from "./policy.ts";
import { PresenceFeed } from "../presence/presence-feed.ts";
import { handedOver, Publisher, rejected, replacedElsewhere } from "../outbox/publisher.ts";
import { type EventView, Roster } from "../presence/roster.ts";
import { ServerClock } from "../connection/server-clock.ts";
import { Shelf } from "../platform/safe-storage.ts";
import type {
  EventSession,
  JoinEventOptions,
  Json,
  ReturnPath,
  RosterEntry,
  SessionEvents,
  SessionState,
} from "./types.ts";
import { watchForWakes } from "../connection/wake-up-signals.ts";

/** Until the first state says how long it is. */
const defaultGraceMs = 30_000;

/** @throws TypeError without an event, RangeError for a time that is none. */
export class Session implements EventSession {
  readonly eventId: string;
  readonly deviceId: string;
  readonly #options: JoinEventOptions;
  readonly #environment: Environment;
  readonly #identity: Identity;
  readonly #clock: ServerClock;
  readonly #events: Emitter<SessionEvents>;
  readonly #messages: Emitter<Record<string, unknown>>;
  readonly #roster: Roster;
  readonly #catchUp: CatchUp;
  readonly #publisher: Publisher;
  readonly #keeper: Keeper;
  readonly #ownership: Ownership;
  readonly #hearers: Hearers;
  #stopWatching = () => {};
  #link: Link | undefined;
  #view: EventView | undefined;
  #seatSince = 0;
  #hasResumed = false;
  #isSuspended = false;
  #joined: Deferred = deferred();

  constructor(options: JoinEventOptions, environment: Environment, dial: Dial) {
    if (typeof options.eventId !== "string" || options.eventId === "")
      throw new TypeError("joinEvent needs an eventId: a string that is not empty");
    this.#options = options;
    this.#environment = environment;
    const storage = options.storage ?? environment.storage;
    const shelf = new Shelf(storage);
    this.#identity = identify(options, shelf, environment.newId);
    this.eventId = options.eventId;
    this.deviceId = this.#identity.deviceId;
    this.#clock = new ServerClock(environment.now(), environment.wallNow());
    this.#events = new Emitter(environment.report);
    this.#messages = new Emitter(environment.report);
    this.#roster = new Roster(this.deviceId);
    // An observer has no outbox: it must not take the one of a participant of the same device.
    const outboxShelf = this.#isObserver ? new Shelf(undefined) : shelf;
    const { seatKey, proof } = this.#identity;
    this.#ownership = new Ownership(environment, outboxShelf, seatKey, storage ?? proof, () =>
      this.#keeper.handOver(),
    );
    this.#publisher = new Publisher(environment, this.#ownership.openOutbox(), (pending) =>
      this.#events.emit("outbox", { pending }),
    );
    this.#catchUp = new CatchUp(environment, this.#clock, new PresenceFeed(this.deviceId), {
      event: ({ type, payload }) => this.#events.emit(type, payload as never),
      gap: () => this.#events.emit("presence_gap", { at: this.serverNow() }),
      caughtUp: (resumed, answer) => this.#caughtUp(resumed, answer),
    });
    const policy = policyOf(options, this.#identity.canRenew);
    this.#keeper = new Keeper(environment, dial, this.#clock, policy, this.#keeperEvents());
    this.#hearers = {
      keeper: this.#keeper,
      catchUp: this.#catchUp,
      publisher: this.#publisher,
      messages: this.#messages,
    };
    this.#begin();
  }

  get state(): SessionState {
    return this.#keeper.state;
  }
  get status() {
    return this.#keeper.state.status;
  }
  get roster(): ReadonlyMap<string, RosterEntry> {
    return this.#roster.entries;
  }
  get roomState(): unknown {
    return this.#view;
  }
  get gracePeriodMs(): number | undefined {
    return this.#view?.grace_period_ms;
  }
  get pendingPublishes(): number {
    return this.#publisher.pending;
  }

  serverNow(): number {
    return this.#clock.at(this.#environment.now());
  }

  joined(): Promise<void> {
    return this.#joined.promise;
  }

  on<Type extends keyof SessionEvents>(type: Type, listener: (event: SessionEvents[Type]) => void) {
    return this.#events.on(type, listener);
  }

  onMessage<Payload = unknown>(type: string, listener: (payload: Payload) => void): () => void {
    return this.#messages.on(type, (payload) => listener(payload as Payload));
  }

  send(type: string, payload?: unknown): boolean {
    mustFitFrame(type, payload);
    return this.#keeper.link?.send(type, payload) ?? false;
  }

  async request<Answer = unknown>(type: string, payload?: unknown): Promise<Answer> {
    mustFitFrame(type, payload);
    const { link } = this.#keeper;
    if (link === undefined) throw new Error("Not connected.");
    return (await link.request(type, payload)) as Answer;
  }

  publish(type: string, payload?: Json): Promise<void> {
    if (this.#isObserver)
      return rejected({ reason: "refused", sentence: "An observer has no seat to publish from." });
    if (!this.#ownership.hasOutbox) this.#keeper.handOver();
    if (this.state.endReason === "replaced") return rejected(this.#replacedBy);
    if (this.#keeper.isOver) return rejected({ reason: "ended", sentence: "The session is over." });
    return this.#publisher.publish(type, payload);
  }

  leave(): Promise<void> {
    return this.#keeper.leave();
  }

  reconnectNow(): void {
    const { status, endReason } = this.state;
    if (status === "connected") this.#keeper.lose("asked", 0);
    else if (!this.#keeper.isOver) this.#wake(0);
    else if (status === "failed" || endReason === "replaced") this.#begin();
  }

  /** Another tab goes on with the outbox; another device, which has a storage of its own, does not. */
  get #replacedBy(): Failed {
    return this.#ownership.hasOutbox ? replacedElsewhere : handedOver;
  }

  get #isObserver(): boolean {
    return this.#options.role === "observer";
  }

  /** The first time, and again after an end that can be undone. */
  #begin(): void {
    if (this.#keeper.isOver) this.#joined = deferred();
    if (!this.#ownership.hasOutbox) this.#takeOutbox();
    this.#stopWatching = watchForWakes(this.#environment, {
      woke: (sleptMs) => this.#wake(sleptMs),
      offline: () => this.#keeper.lose("offline"),
      suspended: () => {
        this.#isSuspended = true;
        this.#ownership.release(); // a page that holds a lock would not be kept
        this.#keeper.suspend();
      },
    });
    this.#claimSeat();
    this.#keeper.start();
  }

  #wake(sleptMs: number): void {
    if (sleptMs !== 0) this.#clock.slept(sleptMs);
    if (this.#isSuspended) {
      this.#isSuspended = false;
      if (!this.#ownership.hasOutbox) this.#takeOutbox();
      this.#claimSeat();
    }
    this.#keeper.wake();
  }

  /** An observer has no seat: any number of its tabs may watch. */
  #claimSeat(): void {
    if (!this.#isObserver) this.#ownership.claim();
  }

  #takeOutbox(): void {
    this.#publisher.handOver(handedOver);
    this.#publisher.takeOver(this.#ownership.openOutbox());
  }

  #keeperEvents() {
    return {
      changed: (state: SessionState) => this.#changed(state),
      outage: (outage: SessionEvents["outage"]) => this.#events.emit("outage", outage),
      joinTarget: () => this.#joinTarget(),
      linked: (link: Link) => {
        this.#link = link;
        this.#catchUp.linked(link);
      },
      unlinked: () => {
        this.#link = undefined;
        this.#catchUp.unlinked();
        this.#publisher.unlinked();
      },
      state: (state: unknown) => this.#stateChanged(state as EventView),
      message: (type: string, payload: unknown) => this.#heard(type, payload),
      returned: (path: ReturnPath, outageMs: number) => this.#returned(path, outageMs),
      gracePeriodMs: () => this.gracePeriodMs ?? defaultGraceMs,
    };
  }

  async #joinTarget(): Promise<Target> {
    await this.#ownership.granted(); // the other tab knows before the server does
    return { path: "join", options: await joinRequest(this.#options, this.#identity) };
  }

  #changed(state: SessionState): void {
    if (state.status === "connected") {
      this.#seatSince ||= this.#roster.joinedAt;
      this.#joined.resolve();
    }
    if (this.#keeper.isOver) this.#over(state);
    this.#events.emit("status", state);
  }

  #over({ status, endReason = "unreachable", sentence = "", code }: SessionState): void {
    this.#stopWatching();
    this.#ownership.release();
    if (endReason === "replaced") this.#publisher.handOver(this.#replacedBy);
    else this.#publisher.end(status === "left");
    this.#joined.reject(new SessionEndedError(endReason, sentence, code));
  }

  #stateChanged(view: EventView): void {
    if (this.#keeper.isOver) return;
    this.#view = view;
    this.#keeper.heartbeatIntervalMs = view.heartbeat_interval_ms;
    if (this.#roster.update(view)) this.#events.emit("roster", this.#roster.entries);
  }

  #caughtUp(resumed: boolean, answer: PresenceResumed | undefined): void {
    this.#hasResumed = resumed;
    this.#keeper.caughtUp();
    const link = this.#link;
    if (answer === undefined || link === undefined || this.#isObserver) return;
    // The server has let us in, so the outbox is ours, whichever page has taken it meanwhile.
    if (!this.#ownership.hasOutbox) this.#takeOutbox();
    if (answer.joined_at > 0) this.#publisher.linked(link, answer.joined_at, answer.outbox);
    else this.#catchUp.askAgain(); // the room does not know us as the seat's yet
  }

  #returned(path: ReturnPath, outageMs: number): void {
    const since = this.#roster.joinedAt;
    const isNewSeat = since !== this.#seatSince;
    this.#seatSince = since;
    this.#events.emit("returned", { path, outageMs, resumed: this.#hasResumed, isNewSeat });
  }

  #heard(type: string, payload: unknown): void {
    if (!this.#keeper.isOver) hear(type, payload, this.#hearers);
  }
}
