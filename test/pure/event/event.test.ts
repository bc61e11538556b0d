// An event without Colyseus: a room, an author and sockets that only take notes. What is decided, stored and announced is
// the event's own.
import { EventEmitter } from "node:events";
import type { WebSocket } from "ws";
import { expect } from "chai";
import { quiet, until } from "../../../harness/wait.ts";
import { systemClock } from "../../../src/clock.ts";
import { Backlog } from "../../../src/connections/backlog.ts";
import type { ConnectedClient, Connection } from "../../../src/connections/connection.ts";
import { PingLoop } from "../../../src/connections/ping-loop.ts";
import type { PresentedSession } from "../../../src/event/arrivals.ts";
import { Event } from "../../../src/event/event.ts";
import type { LocalEvent } from "../../../src/event/services.ts";
import { SpeakingRight } from "../../../src/event/speaking-right.ts";
import { AddressLimits } from "../../../src/identity/limits/address-limits.ts";
import type { Claim, ParticipantClaim } from "../../../src/identity/identity.ts";
import type { HistoryEntry } from "../../../src/protocol/messages.ts";
import { joinRoomByte } from "../../../src/protocol/session.ts";
import type { Change } from "../../../src/seats/roster.ts";
import type { HeldSeat } from "../../../src/seats/seat.ts";
import { CommitQueue } from "../../../src/store/commit-queue.ts";
import { MemoryStore } from "../../../src/store/memory-store.ts";

const settings = {
  gracePeriodMs: 200,
  heartbeatTimeoutMs: 0,
  replayEvents: 10,
  replayAgeMs: 60_000,
  maxParticipants: 3,
  eventRetentionMs: 60_000,
  joinsPerMinutePerIp: 0,
  unusedJoinsPerMinutePerIp: 0,
  eventsPerMinutePerIp: 0,
  maxEvents: 10,
};
const caller = { address: "192.0.2.1", isLocal: false, isShared: false };

class NotedSocket extends EventEmitter {
  readonly OPEN = 1;
  readonly CLOSED = 3;
  readyState = 1;
  closedWith: number | undefined;
  close(code: number): void {
    this.closedWith ??= code;
    this.readyState = 3;
  }
  terminate(): void {
    this.readyState = 3;
  }
  ping(): void {}
}

class NotedClient implements ConnectedClient {
  readonly socket = new NotedSocket();
  readonly ref = this.socket as unknown as WebSocket;
  readonly isJoined = true;
  readonly sent: string[] = [];
  readonly sessionId: string;
  reconnectionToken = "";
  connection: Connection | undefined;
  knownPatch: number | undefined;

  constructor(sessionId: string) {
    this.sessionId = sessionId;
  }
  acknowledged(): void {}
  catchUp(): void {}
  ping(): void {}
  pingWithSignOfLife(): void {}
  enqueueRaw(): void {}
  sendStop(): void {}
  send(type: string): void {
    this.sent.push(type);
  }
  /** Says that it has got JOIN_ROOM. */
  acknowledge(): Promise<void> {
    this.socket.emit("message", Buffer.from([joinRoomByte]));
    return quiet(0);
  }
}

/** Room, author and state around an event; patches are made as soon as they are asked for. */
class Surroundings {
  readonly type = "";
  // the room
  readonly framesPerSecond = 60;
  readonly reservationMs = 15_000;
  readonly locked = false;
  readonly maxClients = Number.POSITIVE_INFINITY;
  detached: ConnectedClient[] = [];
  isVacant = () => true;
  detach = (client: ConnectedClient) => void this.detached.push(client);
  lastPatchOf = () => undefined;
  giveBack() {}
  // the author
  readonly effects = { isHolding: false, run: (effect: () => void) => effect() };
  readonly timers = { listener: undefined, has: () => false, check() {}, fire() {}, report() {} };
  readonly own = { schema: () => "s", ofParticipant: () => null, ofEvent: () => null };
  readonly connections: string[] = [];
  readonly applied: (change: Change) => void = () => {};
  allApplied() {}
  ownChanges = () => ({ devices: [], event: false });
  take = (_device: string, { type }: { type: string }) => (type === "no" ? "not taken" : undefined);
  connectionBegan = (device: string, _client: ConnectedClient, how: string) =>
    void this.connections.push(`${device} ${how}`);
  connectionEnded() {}
  seatBegins() {}
  seatLeft = (device: string) => void this.connections.push(`${device} left`);
  eventClosing() {}
  eventClosed = () => void this.connections.push("closed");
  // the state and its patches
  event: Event | undefined;
  readonly isSending = false;
  readonly announced: string[] = [];
  write = () => ({});
  setGracePeriod() {}
  request = () => {
    this.event?.announcer.applyStored();
    this.event?.announcer.patched();
  };
  frameOf = ({ type, payload }: HistoryEntry) => {
    if (type === "announcement") this.announced.push(`announced ${payload.type}`);
    else this.announced.push(`${payload.device_id} ${type.replace("participant_", "")}`);
    return Buffer.from("frame");
  };
}

/** A proven claim; the same digest proves a return. */
function claimOf(deviceId: string, digest = "mine"): ParticipantClaim {
  return { role: "participant", eventId: "e", deviceId, userId: null, displayName: null, digest };
}

const proofs = {
  proofOf: ({ digest }: ParticipantClaim) => digest,
  proveReturn({ digest }: ParticipantClaim, seat: HeldSeat) {
    if (seat.proof !== digest) throw new Error("not the seat's");
  },
};

describe("an event by itself", () => {
  let queue: CommitQueue;
  let store: MemoryStore;
  let around: Surroundings;
  let event: Event;
  let pings: PingLoop;
  const events = new Set<LocalEvent>();
  let reopened: string[];
  let sessions = 0;

  beforeEach(async () => {
    store = new MemoryStore();
    queue = new CommitQueue(store, systemClock, { reportError() {} }, { holds: () => true, fenced() {} });
    await queue.start();
    pings = new PingLoop({ pingIntervalMs: 60_000, pingMaxRetries: 2 }, systemClock);
    reopened = [];
    begin(1);
  });
  afterEach(async () => {
    event.dispose();
    pings.stop();
    await queue.stop();
  });

  function begin(epoch: number): void {
    around = new Surroundings();
    const services = {
      config: settings,
      clock: systemClock,
      commits: queue,
      proofs,
      limits: new AddressLimits(settings, systemClock),
      pings,
      backlog: new Backlog(systemClock, 60_000, () => 0),
      telemetry: { recordTransition() {}, metrics: { detected() {} } },
      events,
      reopening: { again: (eventId: string) => void reopened.push(eventId) },
    };
    const right = new SpeakingRight(queue, undefined);
    const parts = {
      room: around,
      author: around,
      patches: around,
      state: around,
      frameOf: around.frameOf,
      sharedMessage: () => Buffer.alloc(0),
    };
    event = new Event("e", epoch, services, { ...parts, right, type: around.type, typeName: "event" });
    around.event = event;
  }

  async function join(claim: Claim): Promise<NotedClient> {
    event.arrivals.admit(claim, caller);
    sessions += 1;
    const client = new NotedClient(`s${sessions}`);
    await event.arrivals.join(client, claim);
    await client.acknowledge();
    return client;
  }

  async function comeBack(client: NotedClient): Promise<NotedClient> {
    const sessionId = event.arrivals.sessionOf(client.reconnectionToken) as string;
    const presented = event.arrivals.present(sessionId, client.reconnectionToken) as PresentedSession;
    const back = new NotedClient(sessionId);
    event.arrivals.reconnected(back, presented);
    await back.acknowledge();
    return back;
  }

  it("[S1] [S3] [S4] a join, a drop and a return by token: each stored before it is announced, each once", async () => {
    const phone = await join(claimOf("a"));
    expect((await store.load("e"))?.seats).to.have.length(1);
    event.dropped(phone);
    event.dropped(phone); // the framework says so twice
    await until("away", () => around.announced.length === 2);
    await comeBack(phone);
    await until("back", () => around.announced.length === 3);
    expect(around.announced).to.deep.equal(["a joined", "a temporarily_disconnected", "a reconnected"]);
    expect(around.connections).to.deep.equal(["a join", "a reconnect"]);
    expect(event.census).to.deep.equal({ connected: 1, held: 0, left: 0 });
  });

  it("[M1] [M3] who is told something is sent it when it is stored, by a patch of its own if there is no other; on a return again", async () => {
    const phone = await join(claimOf("a"));
    expect(event.participants.tell("a", "n", 1)).to.equal(true);
    expect(phone.sent, "before it is stored").to.not.include("told");
    await until("it is sent", () => phone.sent.includes("told"));
    expect([...((await store.load("e"))?.entries.keys() ?? [])]).to.deep.equal(["tell/1/a"]);
    event.dropped(phone);
    const back = await comeBack(phone);
    await until("it is sent again", () => back.sent.includes("told"));
    expect(back.sent.filter((type) => type === "told")).to.have.length(1);
    await event.leaving.left(back);
    expect((await store.load("e"))?.entries.size, "it goes with the seat").to.equal(0);
  });

  it("[S11] whose grace is over leaves once, at its deadline", async () => {
    event.dropped(await join(claimOf("a")));
    await until("left", () => around.announced.length === 3);
    await quiet(50);
    expect(around.announced.slice(2)).to.deep.equal(["a left"]);
    expect((await store.load("e"))?.seats).to.deep.equal([]);
  });

  it("[S6] [S7] a join to a seat that is held closes its older socket, and nobody else is sent anything", async () => {
    const older = await join(claimOf("a"));
    const newer = await join(claimOf("a"));
    await until("the returner is told", () => newer.sent.length === 1);
    expect(older.socket.closedWith).to.equal(4501);
    expect(around.detached).to.deep.equal([older]);
    event.dropped(older); // late
    await quiet(20);
    expect(around.announced).to.deep.equal(["a joined"]);
    expect(newer.sent).to.deep.equal(["participant_reconnected"]);
    expect(() => event.arrivals.admit(claimOf("a", "a stranger's"), caller)).to.throw("not the seat's");
  });

  it("[P4] [P5] what is published is remembered with the next commit, acknowledged after it, and announced to nobody", async () => {
    const phone = await join(claimOf("a"));
    const messages = [
      { type: "yes", payload: 1 },
      { type: "no", payload: 2 },
    ];
    event.outboxes.publish(phone, { stream: "o", first: 1, messages });
    expect(phone.sent).to.deep.equal([]);
    await until("acknowledged", () => phone.sent.length === 1);
    const stored = await store.load("e");
    expect(stored?.seats[0]?.record.outbox).to.deep.equal({
      stream: "o",
      last: 2,
      refused: [{ n: 2, error: "not taken" }],
    });
    expect(around.announced).to.deep.equal(["a joined"]);
  });

  it("[D3] after a restart everyone is away, and a token is still good", async () => {
    const phone = await join(claimOf("a"));
    event.dispose();
    const stored = await store.load("e");
    if (stored === undefined) throw new Error("nothing is stored");
    begin(2);
    expect(event.restore(stored).seats).to.have.length(1);
    expect(event.census).to.include({ connected: 0, held: 1 });
    await comeBack(phone);
    await until("back", () => around.announced.length === 1);
    expect(around.announced).to.deep.equal(["a reconnected"]);
  });

  it("[E8] its close is announced first, then every socket is closed", async () => {
    const phone = await join(claimOf("a"));
    const closed = event.close();
    expect(phone.socket.closedWith).to.equal(undefined);
    await closed;
    expect(phone.socket.closedWith).to.equal(4502);
    expect(around.announced.slice(1)).to.deep.equal(["a left"]);
    expect(around.connections.at(-1)).to.equal("closed");
    expect(() => event.arrivals.admit(claimOf("b"), caller)).to.throw("closed");
  });

  it("[G2] [G6] what its author announces stands where it was said; after its close nothing is", async () => {
    await join(claimOf("a"));
    expect(event.announcements.announce("one", 1)).to.equal(true);
    event.participants.kick("a");
    event.announcements.announce("two", 2);
    const closed = event.close();
    expect(event.announcements.announce("late", 3)).to.equal(false);
    await closed;
    expect(event.announcements.announce("later", 4)).to.equal(false);
    await quiet(20);
    expect(around.announced.slice(1)).to.deep.equal(["announced one", "a left", "announced two"]);
  });

  it("[G6] a room whose event has gone to another announces nothing more", async () => {
    await join(claimOf("a"));
    event.announcements.announce("one", 1); // stored, and let go
    event.parting.giveBack(true);
    expect(event.announcements.announce("two", 2)).to.equal(false);
    expect(await event.batch.stored()).to.equal(true);
    await quiet(20);
    expect(around.announced).to.deep.equal(["a joined"]);
  });

  it("[K4] a room whose event has gone to another keeps nobody waiting: not for what it had asked for, nor for its close", async () => {
    await join(claimOf("a"));
    event.batch.touchFacts();
    event.parting.lose();
    expect(await event.batch.stored(), "it is not, and never will be").to.equal(false);
    await event.close();
  });

  it("[J5] a full event takes nobody more, and everyone back", async () => {
    for (const device of ["a", "b", "c"]) await join(claimOf(device));
    expect(() => event.arrivals.admit(claimOf("d"), caller)).to.throw("full");
    expect(event.arrivals.admit(claimOf("a"), caller)).to.equal("return");
  });

  it("[K16] opens again when it is stored and its room has gone", async () => {
    await join(claimOf("a"));
    await event.parting.storeForReopening();
    event.parting.reopen(Promise.resolve());
    expect(reopened).to.deep.equal(["e"]);
    expect((await store.load("e"))?.seats).to.have.length(1);
  });
});
