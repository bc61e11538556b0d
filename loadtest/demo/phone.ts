// One participant's app: the stock SDK, and what an application adds to it. It beats, watches for silence (the SDK
// never notices a dead path by itself), comes back by its own path, and joins again when the SDK will not.
// Keeps a journal of what it did and heard; judges nothing.
import { closeCodes, dutyAfter, heartbeatType } from "../../src/protocol/index.ts";
import { within } from "../../harness/wait.ts";
import { type EventRoomHandle, isRefusal, join, now, reconnect, sleep, waitFor } from "../support/sdk.ts";
import type { Attempt, Journal, ReturnPath } from "./evidence.ts";
import { hear, isPhone } from "./hear.ts";
import type { PhoneNetwork } from "./network.ts";
import { Pulse } from "./pulse.ts";
import type { PhonePlan } from "./schedule.ts";

export type PhoneStatus = "joining" | "here" | "away" | "left";

/** How long the server may take to see that a silent socket is dead, with room to tell of it [L1]. */
const noticeLimitMs = 10_000;
const cutNoticeLimitMs = 1500;
/** A person who waited this long for the page reloads it. */
const impatienceMs = 3000;
const maxTries = 60;
const joinLimitMs = 100_000;

export class DemoPhone {
  readonly plan: PhonePlan;
  readonly journal: Journal;
  status: PhoneStatus = "joining";
  /** How often it came back, and how often it began again. */
  returns = 0;
  readonly #eventId: string;
  readonly #network: PhoneNetwork;
  readonly #random: () => number;
  readonly #sessionToken: string;
  #room: EventRoomHandle | undefined;
  #attempt: Attempt | undefined;
  readonly #pulse: Pulse;
  #isLeaving = false;

  constructor(eventId: string, plan: PhonePlan, network: PhoneNetwork, random: () => number) {
    this.#eventId = eventId;
    this.plan = plan;
    this.#network = network;
    this.#random = random;
    this.#sessionToken = `token-of-${plan.device}-${random()}`;
    this.#pulse = new Pulse({
      beat: () => this.status === "here" && this.#room?.send(heartbeatType),
      onSilence: () => this.#silent(),
    });
    this.journal = {
      device: plan.device,
      attempts: [],
      outages: network.outages,
      closes: [],
      mustBeAway: [],
      segments: [],
      complaints: [],
    };
  }

  async start(): Promise<void> {
    await this.#comeBack("join");
  }

  /** The devices that this phone sees as connected, for the last view. */
  get sees(): string[] {
    const participants = [...(this.#room?.state?.participants ?? [])];
    return participants
      .filter(([device, { status }]) => isPhone(device) && status === "connected")
      .map(([device]) => device);
  }

  /** Its network just failed: if it was in for good, others must hear of it. */
  cut(lengthMs: number): void {
    const attempt = this.#attempt;
    const at = now();
    if (this.status !== "here" || attempt?.endedAt == null || at - attempt.endedAt < 1000) return;
    const isReset = this.plan.trouble === "reset";
    if (isReset) this.journal.mustBeAway.push({ from: at, to: at + cutNoticeLimitMs });
    else if (lengthMs > noticeLimitMs) this.journal.mustBeAway.push({ from: at, to: at + noticeLimitMs });
  }

  /** Its network works again: a person who reloads does so a moment later. */
  async healed(lengthMs: number): Promise<void> {
    if (this.plan.path !== "join" || lengthMs < impatienceMs || this.status !== "here") return;
    await sleep(300 + 1200 * this.#random());
    if (this.status === "here" && !this.#network.isDown) await this.#reload();
  }

  /** Says goodbye, and waits until the server has closed. */
  async leave(): Promise<void> {
    this.#isLeaving = true;
    const room = this.#room;
    if (room === undefined) return;
    void room.leave();
    if (!(await waitFor(() => this.status === "left", 5000))) this.#complain("its goodbye was not answered");
    this.stop();
  }

  stop(): void {
    this.#isLeaving = true;
    this.#pulse.stop();
  }

  /** The page is gone with its SDK objects; its socket is closed as a browser does, or lives on as a zombie. */
  async #reload(): Promise<void> {
    const old = this.#room;
    this.#room = undefined;
    this.#lose();
    this.journal.closes.push(now());
    if (old !== undefined) {
      old.reconnection.enabled = false;
      if (this.#random() < 0.5) old.connection.close();
    }
    await this.#comeBack("join");
  }

  /** Tries until it is in: by the app's path first, by a fresh join when that is refused. */
  async #comeBack(first: ReturnPath, token?: string): Promise<void> {
    let path = first;
    for (let tries = 0; tries < maxTries && !this.#isLeaving; tries += 1) {
      if (this.plan.path === "join") await this.#network.calm();
      await sleep(Math.min(5000, 200 * 2 ** tries) * (0.5 + this.#random()));
      const attempt: Attempt = this.#begin(path);
      try {
        const room = await this.#bounded(
          path === "token" ? reconnect(this.#network.url, token ?? "") : this.#join(),
        );
        attempt.isIn = true;
        this.#end(attempt);
        this.#adopt(room);
        return;
      } catch (error) {
        this.#end(attempt);
        if (path === "token" && isRefusal(error)) path = "join";
      }
    }
    if (!this.#isLeaving) this.#complain(`it was not let in in ${maxTries} tries`);
  }

  #join(): Promise<EventRoomHandle> {
    return join(this.#network.url, {
      event_id: this.#eventId,
      device_id: this.plan.device,
      session_token: this.#sessionToken,
    });
  }

  /** A join that neither succeeds nor fails is something to complain about, not to wait for. */
  #bounded(joining: Promise<EventRoomHandle>): Promise<EventRoomHandle> {
    return within(joinLimitMs, joining, () => this.#complain(`a join hung for ${joinLimitMs} ms`));
  }

  #adopt(room: EventRoomHandle): void {
    this.#room = room;
    room.reconnection.enabled = this.plan.path === "sdk";
    room.onMessage("*", (type: unknown, payload: unknown) => this.#hears(room, type, payload));
    room.onStateChange((state) => {
      if (this.#room === room) this.#pulse.heard(state.heartbeat_interval_ms);
    });
    room.onDrop(() => this.#dropped(room));
    room.onReconnect(() => this.#reconnected(room));
    room.onLeave((code) => void this.#closed(room, code));
    room.onError(() => {});
    this.#isIn();
  }

  #isIn(): void {
    this.journal.segments.push([]);
    this.status = "here";
    this.#pulse.heard();
  }

  /** The application's own watchdog: on silence it does what the SDK does when a browser says "offline". */
  #silent(): void {
    if (this.status !== "here" || this.#isLeaving) return;
    this.journal.closes.push(now());
    this.#room?.connection.close(closeCodes.comeBack.code);
  }

  #hears(room: EventRoomHandle, type: unknown, payload: unknown): void {
    if (this.#room !== room) return; // a page that was reloaded hears nothing
    this.#pulse.heard();
    const heard = hear(type, payload);
    if (heard === undefined) return;
    this.journal.segments.at(-1)?.push(heard);
    if (heard.type !== "participant_reconnected" || heard.device !== this.plan.device) return;
    this.returns += 1;
    if (this.#attempt?.isIn) this.#attempt.confirmedAt ??= heard.at;
  }

  #dropped(room: EventRoomHandle): void {
    if (this.#room !== room || this.status !== "here") return; // the SDK says it again for each failed retry
    this.#lose();
    if (this.plan.path === "sdk") this.#begin("sdk");
  }

  #reconnected(room: EventRoomHandle): void {
    if (this.#room !== room || this.#attempt === undefined) return;
    this.#attempt.isIn = true;
    this.#end(this.#attempt);
    this.#isIn();
  }

  async #closed(room: EventRoomHandle, code: number): Promise<void> {
    if (this.#room !== room) return;
    if (this.#isLeaving) {
      this.status = "left";
      return;
    }
    if (this.#attempt !== undefined && this.#attempt.endedAt === null) this.#end(this.#attempt);
    this.#lose();
    this.#room = undefined;
    if (dutyAfter(code) === "stop") this.#complain(`its newest connection was closed with ${code}`);
    await this.#comeBack(this.plan.path === "token" ? "token" : "join", room.reconnectionToken);
  }

  #begin(path: ReturnPath): Attempt {
    const attempt = { path, startedAt: now(), endedAt: null, isIn: false, confirmedAt: null, lostAt: null };
    this.#attempt = attempt;
    this.journal.attempts.push(attempt);
    return attempt;
  }

  #end(attempt: Attempt): void {
    attempt.endedAt = now();
  }

  #lose(): void {
    this.status = "away";
    if (this.#attempt?.isIn) this.#attempt.lostAt ??= now();
  }

  #complain(what: string): void {
    this.journal.complaints.push(`at ${Math.round(now())}: ${what}`);
  }
}
