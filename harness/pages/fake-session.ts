// A session of nobody's: plays an EventSession to the pages without a server, so that they can be looked at in every state.
// In the place of src/client/index.ts only in the preview (harness/pages/preview.ts); never built.
import type {
  EventSession,
  JoinEventOptions,
  RosterEntry,
  SessionEvents,
  SessionState,
} from "../../src/client/types/index.ts";
import { toneOf } from "../../src/pages/core/person.ts";

const graceMs = 30_000;
const given = [
  "Ann Lee",
  "Bilal",
  "Chidi O.",
  "Dora",
  "Émile Zola",
  "Farah",
  "Gus",
  "Hanna",
  "Ivo",
  "Jae-in",
  "Kofi",
  "Lucía",
  "Mads",
  "Nour",
  "Oona",
  "Priya",
  "Quinn",
  "Rosa 🌻",
  "Søren",
  "Tove",
  "Ugo",
  "Vera",
  "Wim",
  "Xenia",
  "<b>Yusuf</b>",
  "‮Zoë",
  "家家",
  "A very long name that goes on and on",
];

/** As a host expects them: most of those who are there, and two who are not. */
const expected = [...given.slice(0, 20), "Ann Lee", "Zita"];

/** One to watch, from the address: `?fake=reconnecting&people=24`. */
export const wish = () => {
  const search = new URLSearchParams(location.search);
  return { kind: search.get("fake") ?? "connected", people: Number(search.get("people") ?? 14) };
};

const kept = (now: number, deadline?: number | "paused") => ({
  since: now - 8000,
  atLeastUntil: now - 8000 + graceMs,
  joinedAt: 1,
  ...(deadline === undefined ? {} : { deadline }),
});
const lost = (now: number, more: object = {}): SessionState => ({
  status: "reconnecting",
  outage: { reason: "silence", since: now - 8000, attempts: 2, seatUntil: now - 8000 + graceMs },
  keptSeat: kept(now),
  ...more,
});
const refused = (reason: string, code = 403): SessionState => ({
  status: "failed",
  endReason: "refused",
  code,
  reason: reason as never,
  sentence: "Only members of the club may come in",
});

const states: Record<string, (now: number) => SessionState> = {
  connected: () => ({ status: "connected" }),
  calm: () => ({ status: "connected" }),
  "no-answer": () => ({ status: "connected" }),
  connecting: () => ({ status: "connecting" }),
  reconnecting: (now) => lost(now),
  deadline: (now) => lost(now, { keptSeat: kept(now, now + 24_000) }),
  restart: (now) => lost(now, { keptSeat: kept(now, "paused") }),
  "may-be-free": (now) => lost(now, { keptSeat: { ...kept(now), atLeastUntil: now - 1 } }),
  "coming-back": (now) => ({ status: "connecting", keptSeat: kept(now) }),
  full: () => ({ status: "connecting", reason: "full" }),
  replaced: () => ({ status: "left", endReason: "replaced" }),
  kicked: () => ({ status: "left", endReason: "kicked" }),
  closed: () => ({ status: "left", endReason: "event_closed" }),
  left: () => ({ status: "left", endReason: "consented" }),
  refused: () => refused("refused"),
  locked: () => refused("locked", 409),
  "not-listed": () => refused("not_listed"),
  "no-such-event": () => refused("no_such_event", 404),
  link: () => refused("bad_token", 401),
  unreachable: () => ({ status: "failed", endReason: "unreachable" }),
};

class FakeSession implements EventSession {
  readonly eventId: string;
  readonly deviceId = "device-0";
  readonly gracePeriodMs = graceMs;
  readonly pendingPublishes = 0;
  readonly #roster = new Map<string, RosterEntry>();
  readonly #listeners = new Map<string, Set<(event: never) => void>>();
  readonly #isObserver: boolean;
  state: SessionState = { status: "connecting" };
  #kind = wish().kind;
  cheers = 12;
  readonly #openedAt = Date.now() + 1234;

  constructor(options: JoinEventOptions) {
    this.eventId = options.eventId;
    this.#isObserver = options.role === "observer";
    const { kind, people } = wish();
    for (let number = 0; number < people; number += 1) this.#enter(number, options.displayName);
    setTimeout(() => {
      this.state = (states[kind] ?? states.connected!)(this.serverNow());
      this.#emit("status", this.state);
      this.#emit("roster", this.#roster);
      if (kind === "connected")
        this.#emit("returned", { path: "token", outageMs: 17_240, resumed: true, isNewSeat: false });
      if (this.#kind === "calm")
        this.#emit("announcement", {
          type: "host_message",
          payload: { text: "Pens down, please.\nThe next round begins at 10:15." },
          epoch: 1,
          seq: 1,
          at: this.serverNow(),
        });
    }, 50);
    // A test's: into another state, without loading the page again.
    addEventListener("fake", (event) => {
      this.#kind = (event as CustomEvent<string>).detail;
      this.state = (states[this.#kind] ?? states.connected!)(this.serverNow());
      this.#emit("status", this.state);
    });
    if (kind !== "calm") setInterval(() => this.#stir(), people > 100 ? 150 : 900);
  }

  #enter(number: number, ownName: string | undefined) {
    const deviceId = number === 3 ? "__proto__" : `device-${number}`;
    const isMe = number === 0 && !this.#isObserver;
    const name = given[number % given.length] ?? "";
    this.#roster.set(deviceId, {
      deviceId,
      userId: `user-${number}`,
      displayName: isMe && ownName ? ownName : number < given.length ? name : `${name} ${number}`,
      status: "connected",
      reason: "",
      joinedAt: this.serverNow() - 90_000 - number * 4000,
      disconnectedAt: 0,
      graceExpiresAt: 0,
      isMe,
      own: {},
    });
    if (number % 6 === 2) this.#away(deviceId, 3000 * (number % 7));
  }

  #away(deviceId: string, agoMs = 0) {
    const entry = this.#roster.get(deviceId);
    if (entry === undefined) return;
    const at = this.serverNow() - agoMs;
    const reason = toneOf(deviceId) > 5 ? "server_restart" : "connection_lost";
    this.#roster.set(deviceId, {
      ...entry,
      status: "temporarily_disconnected",
      reason,
      disconnectedAt: at,
      graceExpiresAt: at + graceMs,
    });
    this.#emit("participant_temporarily_disconnected", {
      device_id: deviceId,
      user_id: entry.userId,
      reason,
      grace_expires_at: at + graceMs,
      at,
    });
  }

  #stir() {
    if (this.state.status !== "connected") return;
    const ids = [...this.#roster.keys()].filter((id) => id !== this.deviceId || this.#isObserver);
    const deviceId = ids[Math.floor(Math.random() * ids.length)];
    const entry = deviceId === undefined ? undefined : this.#roster.get(deviceId);
    if (deviceId === undefined || entry === undefined) return;
    const who = { device_id: deviceId, user_id: entry.userId, at: this.serverNow() };
    if (entry.status === "connected" && Math.random() < 0.6) this.#away(deviceId);
    else if (entry.status !== "connected") {
      this.#roster.set(deviceId, {
        ...entry,
        status: "connected",
        reason: "",
        disconnectedAt: 0,
        graceExpiresAt: 0,
      });
      this.#emit("participant_reconnected", who);
    }
    for (const { deviceId: id, userId, graceExpiresAt } of this.#roster.values())
      if (graceExpiresAt > 0 && graceExpiresAt < this.serverNow()) {
        this.#roster.delete(id);
        this.#emit("participant_left", {
          device_id: id,
          user_id: userId,
          reason: "grace_expired",
          at: this.serverNow(),
        });
      }
    this.#emit("roster", this.#roster);
  }

  #emit<Type extends keyof SessionEvents>(type: Type, event: SessionEvents[Type]) {
    for (const listener of this.#listeners.get(type) ?? []) listener(event as never);
  }

  get status() {
    return this.state.status;
  }
  get roster() {
    return new Map(this.#roster);
  }
  readonly callbacks = {
    listen: () => () => {},
    onAdd: () => () => {},
    onRemove: () => () => {},
    onChange: () => () => {},
  };
  get participantIds() {
    return [...this.#roster.keys()];
  }
  onParticipant() {
    return () => {};
  }
  get roomState() {
    return { participants: { get: () => ({ cheers: this.cheers }) } };
  }
  get quality() {
    return this.#kind === "no-answer" ? "no_answer" : "good";
  }
  get lastReceivedAt() {
    return this.#kind === "no-answer" ? this.#openedAt - 5000 : this.serverNow();
  }
  get details() {
    return {
      event_id: this.eventId,
      type: "event",
      title: "",
      capacity: 5000,
      grace_period_ms: graceMs,
      who_may_join: "anyone",
      is_locked: false,
      created_at: this.#openedAt - 20 * 60_000,
      ...(this.#isObserver ? { expected_names: expected, removed: [] } : {}),
    } as const;
  }

  serverNow() {
    return Date.now() + 1234;
  }
  joined() {
    return Promise.resolve();
  }
  on<Type extends keyof SessionEvents>(type: Type, listener: (event: SessionEvents[Type]) => void) {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(listener as never));
    return () => void listeners.delete(listener as never);
  }
  onTold(): () => void {
    return () => {};
  }
  onMessage() {
    return () => {};
  }
  send() {
    return true;
  }
  request<Answer>(): Promise<Answer> {
    return Promise.resolve({ done: true } as Answer);
  }
  publish() {
    this.cheers += 1;
    return Promise.resolve();
  }
  leave() {
    this.state = { status: "left", endReason: "consented" };
    this.#emit("status", this.state);
    return Promise.resolve();
  }
  close() {}

  reconnectNow() {
    this.state = { status: "connected" };
    this.#emit("status", this.state);
  }
}

export function joinEvent(options: JoinEventOptions): EventSession {
  return new FakeSession(options);
}
