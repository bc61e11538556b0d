// A server as a link sees it: every attempt is kept, and answered by the test or by a rule. No socket.
import type { Dial, Dialed, Link, LinkEvents, Target } from "../../src/client/connection/connection.ts";
import type { PresenceResumed } from "../../src/protocol/session.ts";

export interface Sent {
  readonly type: string;
  readonly payload: unknown;
}

let sessions = 0;

/** One attempt, and the connection it may become. */
export class FakeLink {
  readonly target: Target;
  readonly at: number;
  readonly sent: Sent[] = [];
  readonly events: LinkEvents;
  isDropped = false;
  isAborted = false;
  hasLeft = false;
  readonly #answer: (dialed: Dialed) => void;
  readonly #server: FakeServer;

  constructor(server: FakeServer, target: Target, events: LinkEvents, answer: (dialed: Dialed) => void) {
    this.#server = server;
    this.target = target;
    this.events = events;
    this.at = server.now();
    this.#answer = answer;
  }

  get isOpen(): boolean {
    return !this.isDropped && !this.isAborted;
  }

  sentOf(type: string): unknown[] {
    return this.sent.filter((sent) => sent.type === type).map(({ payload }) => payload);
  }

  fail(failure: Dialed): void {
    this.isDropped = true;
    this.#answer(failure);
  }

  /** Lets it in. */
  accept(): void {
    const link: Link = {
      send: (type, payload) => {
        if (!this.isOpen) return false;
        this.sent.push({ type, payload });
        this.#server.heard(this, type, payload);
        return true;
      },
      request: () => Promise.reject(new Error("nobody answers")),
      leave: () => {
        this.hasLeft = true;
        return Promise.resolve();
      },
      drop: () => void (this.isDropped = true),
    };
    sessions += 1;
    const ticket = {
      roomId: "r",
      processId: "p",
      sessionId: `s${sessions}`,
      reconnectionToken: `t${sessions}`,
    };
    this.#answer({ type: "joined", link, ticket });
  }

  state(state: unknown): void {
    if (this.isOpen) this.say(() => this.events.state(state));
  }
  message(type: string, payload: unknown): void {
    if (this.isOpen) this.say(() => this.events.message(type, payload));
  }
  close(code: number): void {
    if (this.isOpen) this.events.closed(code);
    this.isDropped = true;
  }
  say(what: () => void): void {
    this.events.heard();
    what();
  }
}

export class FakeServer {
  readonly links: FakeLink[] = [];
  readonly now: () => number;
  /** What becomes of an attempt; undefined: nothing, ever. */
  onDial: (link: FakeLink) => void = (link) => this.letIn(link);
  joinedAt = 1000;
  state: unknown;
  /** A black hole: nothing gets through, nobody is told. */
  isSilent = false;
  /** Whether it knows the question of what was missed. */
  isOld = false;
  resume: (asked: { epoch?: number; seq?: number }) => Partial<PresenceResumed> = () => ({});
  onPublish: (link: FakeLink, payload: never) => void = () => {};

  constructor(now: () => number, deviceId = "me") {
    this.now = now;
    this.state = stateOf([[deviceId, { joined_at: 1000 }]]);
  }

  get last(): FakeLink {
    const link = this.links.at(-1);
    if (link === undefined) throw new Error("nobody has dialled");
    return link;
  }

  /** Who is connected. */
  get open(): FakeLink[] {
    return this.links.filter(({ isOpen }) => isOpen);
  }

  readonly dial: Dial = (target, events) => {
    let answer: (dialed: Dialed) => void = () => {};
    const result = new Promise<Dialed>((resolve) => {
      answer = resolve;
    });
    const link = new FakeLink(this, target, events, answer);
    this.links.push(link);
    if (!this.isSilent) this.onDial(link);
    return { result, abort: () => void (link.isAborted = true) };
  };

  /** JOIN_ROOM, and the first state when that is acknowledged. */
  letIn(link: FakeLink): void {
    link.accept();
    setImmediate(() => link.state(this.state));
  }

  heard(link: FakeLink, type: string, payload: unknown): void {
    if (this.isSilent || (this.isOld && type !== "heartbeat")) return;
    setImmediate(() => {
      if (type === "heartbeat")
        link.message("heartbeat_ack", { server_time: this.now() + 1_800_000_000_000 });
      if (type === "presence_resume") link.message("presence_resumed", this.#resumed(payload as object));
      if (type === "outbox_publish") this.onPublish(link, payload as never);
    });
  }

  #resumed(asked: object): PresenceResumed {
    return {
      resumed: false,
      epoch: 1,
      seq: 0,
      events: [],
      joined_at: this.joinedAt,
      outbox: null,
      server_time: this.now() + 1_800_000_000_000,
      ...this.resume(asked),
    };
  }
}

/** An event's state as the SDK shows it. */
export function stateOf(participants: [string, Record<string, unknown>][], graceMs = 30_000) {
  const entries = participants.map(([device_id, fields]): [string, Record<string, unknown>] => [
    device_id,
    {
      device_id,
      user_id: device_id,
      display_name: "",
      status: "connected",
      reason: "",
      joined_at: 1000,
      disconnected_at: 0,
      grace_expires_at: 0,
      ...fields,
    },
  ]);
  return {
    event_id: "e",
    grace_period_ms: graceMs,
    heartbeat_interval_ms: 10_000,
    participants: new Map(entries),
  };
}
