// A server as a client's connections see it: every attempt is kept, and answered by the test or by a rule. No socket.
import type {
  Connection,
  ConnectionListener,
  Dialed,
  Dialer,
  Dialing,
  Target,
} from "../../../src/client/connection/connection.ts";
import type { SignsOfLife } from "../../../src/client/connection/heartbeats.ts";
import type { Environment, Timer } from "../../../src/client/platform/environment.ts";
import type { PresenceResumed } from "../../../src/protocol/session.ts";

export interface Sent {
  readonly type: string;
  readonly payload: unknown;
}

let sessions = 0;

/** One attempt, and the connection it may become. */
export class FakeConnection {
  readonly target: Target;
  readonly at: number;
  readonly sent: Sent[] = [];
  readonly listener: ConnectionListener;
  isDropped = false;
  isAborted = false;
  hasLeft = false;
  readonly #answer: (dialed: Dialed) => void;
  readonly #server: FakeServer;

  constructor(
    server: FakeServer,
    target: Target,
    listener: ConnectionListener,
    answer: (dialed: Dialed) => void,
  ) {
    this.#server = server;
    this.target = target;
    this.listener = listener;
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
    const connection: Connection = {
      send: (type, payload) => {
        if (!this.isOpen) return false;
        this.sent.push({ type, payload });
        this.#server.received(this, type, payload);
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
    const credentials = {
      roomId: "r",
      processId: "p",
      sessionId: `s${sessions}`,
      reconnectionToken: `t${sessions}`,
    };
    this.#answer({ type: "joined", connection, credentials });
  }

  state(state: unknown): void {
    if (this.isOpen) this.#deliver(() => this.listener.stateReceived(state));
  }
  message(type: string, payload: unknown): void {
    if (this.isOpen) this.#deliver(() => this.listener.messageReceived(type, payload));
  }
  close(code: number): void {
    if (this.isOpen) this.listener.closed(code);
    this.isDropped = true;
  }
  #deliver(what: () => void): void {
    this.listener.bytesReceived();
    what();
  }
}

export class FakeServer implements Dialer {
  readonly connections: FakeConnection[] = [];
  readonly now: () => number;
  /** What becomes of an attempt; undefined: nothing, ever. */
  onDial: (connection: FakeConnection) => void = (connection) => this.letIn(connection);
  joinedAt = 1000;
  /** How far its clock is ahead of the test's. */
  clockOffsetMs = 1_800_000_000_000;
  state: unknown;
  /** A black hole: nothing gets through, nobody is announced. */
  isSilent = false;
  /** Whether it knows the question of what was missed. */
  isOld = false;
  resume: (asked: { epoch?: number; seq?: number }) => Partial<PresenceResumed> = () => ({});
  onPublish: (connection: FakeConnection, payload: never) => void = () => {};

  constructor(now: () => number, deviceId = "me") {
    this.now = now;
    this.state = stateOf([[deviceId, { joined_at: 1000 }]]);
  }

  get last(): FakeConnection {
    const connection = this.connections.at(-1);
    if (connection === undefined) throw new Error("nobody has dialled");
    return connection;
  }

  /** Who is connected. */
  get open(): FakeConnection[] {
    return this.connections.filter(({ isOpen }) => isOpen);
  }

  dial(target: Target, listener: ConnectionListener): Dialing {
    let answer: (dialed: Dialed) => void = () => {};
    const result = new Promise<Dialed>((resolve) => {
      answer = resolve;
    });
    const connection = new FakeConnection(this, target, listener, answer);
    this.connections.push(connection);
    if (!this.isSilent) this.onDial(connection);
    return { result, abort: () => void (connection.isAborted = true) };
  }

  /**
   * Says from now on that it shows every `intervalMs` that it lives, and does. Returns what stops it, and tells when the
   * last was sent.
   */
  showLife(environment: Pick<Environment, "after">, signs: SignsOfLife): () => number {
    const { resume } = this;
    this.resume = (asked) => ({
      ...resume(asked),
      sign_of_life_interval_ms: signs.intervalMs,
      detection_ms: signs.detectionMs,
    });
    let lastAt = this.now();
    let timer: Timer | undefined;
    const show = () => {
      lastAt = this.now();
      for (const connection of this.open) connection.message("sign_of_life", undefined);
      timer = environment.after(signs.intervalMs, show);
    };
    show();
    return () => {
      timer?.cancel();
      return lastAt;
    };
  }

  /** JOIN_ROOM, and the first state when that is acknowledged. */
  letIn(connection: FakeConnection): void {
    connection.accept();
    setImmediate(() => connection.state(this.state));
  }

  received(connection: FakeConnection, type: string, payload: unknown): void {
    if (this.isSilent || (this.isOld && type !== "heartbeat")) return;
    setImmediate(() => {
      if (type === "heartbeat")
        connection.message("heartbeat_ack", { server_time: this.now() + this.clockOffsetMs });
      if (type === "presence_resume")
        connection.message("presence_resumed", this.#resumed(payload as object));
      if (type === "outbox_publish") this.onPublish(connection, payload as never);
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
      server_time: this.now() + this.clockOffsetMs,
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
