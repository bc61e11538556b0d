// The way of a join up to its reservation, and of a return by token, without rooms and sockets: what is asked of whom, how
// often, and again after a wait.
import { EventEmitter } from "node:events";
import { expect } from "chai";
import { Admission } from "../../../src/admission/admission.ts";
import type { EventOwner } from "../../../src/admission/event-owner.ts";
import type { EventCreation } from "../../../src/config.ts";
import { JoinQueue } from "../../../src/admission/join-queue.ts";
import { Matchmaking } from "../../../src/admission/matchmaking.ts";
import { Readiness } from "../../../src/admission/readiness.ts";
import type { AdmittingRoom, Reservation, RoomDirectory } from "../../../src/admission/room-directory.ts";
import { TokenReturns } from "../../../src/admission/token-returns.ts";
import { AddressLimits } from "../../../src/identity/limits/address-limits.ts";
import type { Caller, Claim, ParticipantClaim } from "../../../src/identity/identity.ts";
import { OpenMode } from "../../../src/identity/providers/open-mode.ts";
import { SeatProofs } from "../../../src/identity/seat-proofs.ts";
import { Verifier } from "../../../src/identity/verifier.ts";
import { roomIdOf } from "../../../src/protocol/event-key.ts";
import { Refusal, retryLater } from "../../../src/protocol/refusal.ts";
import { FakeClock } from "../../../harness/fake-clock.ts";

const caller: Caller = { address: "192.0.2.1", isLocal: false, isShared: false };
const event = "quiz";
const roomId = roomIdOf(event);
const options = { event_id: event, device_id: "phone-1", session_token: "a".repeat(22) };
const nobody = { delayed: () => {}, turnedAway: () => {} };

const types = { get: (name: string) => (name === "quiz" || name === "buzzer" ? {} : undefined) };

class FakeRoom implements AdmittingRoom {
  isDisposing = false;
  answer: "return" | "join" | Refusal = "join";
  asked = 0;
  admit(): "return" | "join" {
    this.asked += 1;
    if (typeof this.answer !== "string") throw this.answer;
    return this.answer;
  }
  /** What its author says of a seat, and when. */
  author: Promise<string | undefined> | undefined;
  readonly requests: ["return" | "join", ParticipantClaim][] = [];
  requestSeat(claim: ParticipantClaim, who: "return" | "join"): Promise<string | undefined> | undefined {
    this.requests.push([who, claim]);
    return this.author;
  }
  checkReconnectionToken(token: string): string | undefined {
    return token === "good" ? "session" : undefined;
  }
  deviceOfSession(): string {
    return "phone-1";
  }
}

class FakeRooms implements RoomDirectory {
  readonly open = new Map<string, FakeRoom>();
  lookedUp = 0;
  reserved: Claim[] = [];
  full = false;
  get size(): number {
    return this.open.size;
  }
  isOpening(): boolean {
    return false;
  }
  get(id: string): FakeRoom | undefined {
    this.lookedUp += 1;
    return this.open.get(id);
  }
  type = "event";
  eventOf(id: string) {
    return this.open.has(id) ? { eventId: event, type: this.type } : undefined;
  }
  async reserve(_: string, claim: Claim): Promise<Reservation> {
    if (this.full) throw new Error("something inner");
    this.reserved.push(claim);
    return { sessionId: "new" };
  }
  reservationOf(_: string, sessionId: string): Reservation {
    return { sessionId };
  }
}

/** An owner whose events open when they are asked for. */
class FakeOwner implements EventOwner {
  readonly asked: string[] = [];
  readonly #rooms: FakeRooms;
  returners: Promise<void> | undefined;
  opening: Promise<void> | undefined;
  constructor(rooms: FakeRooms) {
    this.#rooms = rooms;
  }
  async restore(): Promise<void> {
    this.asked.push("restore");
  }
  isKnown = false;
  isNew(): boolean {
    return !this.isKnown;
  }
  waitForReturners(): Promise<void> | undefined {
    this.asked.push("waitForReturners");
    return this.returners;
  }
  async openFor(): Promise<void> {
    this.asked.push("openFor");
    await this.opening;
    this.#rooms.open.set(roomId, new FakeRoom());
  }
}

class CountingIdentity extends Verifier {
  claims = 0;
  hostToken = "";
  override claim(...asked: Parameters<Verifier["claim"]>): Promise<Claim> {
    this.claims += 1;
    const [{ role, eventId, sessionToken }] = asked;
    if (role === "observer" && sessionToken !== undefined && sessionToken === this.hostToken)
      return Promise.resolve({ role, eventId, isHost: true });
    return super.claim(...asked);
  }
}

class Scene {
  readonly clock = new FakeClock();
  readonly rooms = new FakeRooms();
  readonly owner = new FakeOwner(this.rooms);
  readonly identity = new CountingIdentity(new OpenMode(), this.clock, { reportError: () => {} });
  readonly queue: JoinQueue;
  readonly limits: AddressLimits;
  readonly admission: Admission;
  readonly returns: TokenReturns;
  readonly reported: [where: string, error: unknown][] = [];
  readonly refused: Refusal[] = [];
  readonly matchmaking: Matchmaking;

  constructor({
    perSecond = 0,
    maxEvents = 10,
    joinsPerMinutePerIp = 0,
    eventCreation = "anyone" as EventCreation,
  } = {}) {
    const proofs = new SeatProofs(this.identity, this.clock);
    const settings = {
      joinsPerMinutePerIp,
      unusedJoinsPerMinutePerIp: 0,
      eventsPerMinutePerIp: 0,
      maxEvents,
    };
    this.limits = new AddressLimits(settings, this.clock);
    this.queue = new JoinQueue(perSecond, this.clock, nobody);
    this.admission = new Admission(proofs, this.limits, this.queue, this.rooms, this.owner, {
      maxEvents,
      eventCreation,
    });
    this.returns = new TokenReturns(this.rooms, this.owner, this.queue);
    this.matchmaking = new Matchmaking(this.admission, this.returns, this.rooms, types, {
      recordRefusal: (refusal) => this.refused.push(refusal),
      reportError: (where, error) => this.reported.push([where, error]),
    });
  }

  opened(): FakeRoom {
    const room = new FakeRoom();
    this.rooms.open.set(roomId, room);
    return room;
  }

  admit() {
    return this.admission.admit(undefined, options, caller, undefined);
  }

  /** Joins over HTTP; `client` is the answer. */
  joins(client = Object.assign(new EventEmitter(), { closed: false })) {
    const call = { method: "joinOrCreate", room: "event", options, token: undefined, caller, client };
    return this.matchmaking.answer(call);
  }

  /** Uses up what may come in at once. */
  async crowd(): Promise<void> {
    while (this.queue.pass("return", undefined) === undefined);
    await this.clock.advance(0);
  }
}

const refusalOf = (promise: Promise<unknown>): Promise<Refusal> =>
  promise.then(
    () => expect.fail("it was let in"),
    (refusal: Refusal) => refusal,
  );

describe("the way of a join", () => {
  it("[J1] is proven once, and its room is found and asked once", async () => {
    const scene = new Scene();
    const room = scene.opened();
    const admitted = await scene.admit();
    expect(admitted).to.deep.include({ roomId });
    expect([scene.identity.claims, scene.rooms.lookedUp, room.asked]).to.deep.equal([1, 1, 1]);
    expect(scene.owner.asked).to.deep.equal(["restore", "waitForReturners"]);
    expect(JSON.stringify(admitted)).to.not.contain(options.session_token);
  });

  it("[J1] has its event opened when it has no room, and that room is asked", async () => {
    const scene = new Scene();
    await scene.admit();
    expect(scene.owner.asked).to.deep.equal(["restore", "openFor"]);
    expect([scene.identity.claims, scene.rooms.open.get(roomId)?.asked]).to.deep.equal([1, 1]);
  });

  it("[A27] its author is asked once, when its turn has come, and the room again after that; options go no further", async () => {
    const scene = new Scene();
    const room = scene.opened();
    let say = (_own: string | undefined) => {};
    room.author = new Promise((resolve) => (say = resolve));
    const other = { ...options, device_id: "phone-2" };
    const waiting = scene.admission.admit(undefined, { ...options, team: "red" }, caller, undefined);
    await scene.clock.advance(0);
    expect(room.requests.map(([who, claim]) => [who, claim.options])).to.deep.equal([
      ["join", { team: "red" }],
    ]);
    room.author = undefined;
    await scene.admission.admit(undefined, other, caller, undefined); // nobody else waits for it
    expect(room.asked).to.equal(2);
    say('{"team":"red"}');
    const { claim, granted } = await waiting;
    expect(room.asked).to.equal(3);
    expect(granted).to.include({ deviceId: "phone-1", own: '{"team":"red"}' });
    expect(granted).to.not.have.property("options");
    expect(claim).to.equal(room.requests[0]?.[1]);
  });

  it("[A27] what has changed while its author thought decides: full, and a room that has gone", async () => {
    const scene = new Scene();
    const room = scene.opened();
    room.author = scene.clock.advance(0).then(() => {
      room.answer = new Refusal(409, "The event is full", { reason: "full" });
      return undefined;
    });
    expect((await refusalOf(scene.admit())).reason).to.equal("full");
    room.answer = "return";
    room.author = scene.clock.advance(0).then(() => {
      room.isDisposing = true;
      return undefined;
    });
    expect((await refusalOf(scene.admit())).reason).to.equal("moving");
  });

  it("[K6] a join waits for those who return, and its room is asked again then; a return waits for nobody", async () => {
    const scene = new Scene();
    const room = scene.opened();
    let goOn = () => {};
    scene.owner.returners = new Promise((resolve) => (goOn = resolve));
    room.answer = "return";
    await scene.admit();
    expect(scene.owner.asked).to.deep.equal(["restore"]);
    room.answer = "join";
    const waiting = scene.admit();
    await scene.clock.advance(0);
    room.answer = new Refusal(409, "The event is full", { reason: "full" });
    goOn();
    expect((await refusalOf(waiting)).reason).to.equal("full");
    expect(room.asked).to.equal(3);
  });

  it("[S9] whoever waited for its turn is asked about again; an event that has gone meanwhile is opened", async () => {
    const scene = new Scene({ perSecond: 10 });
    const room = scene.opened();
    room.answer = "return";
    await scene.crowd();
    const [waiting] = [scene.admit()];
    await scene.clock.advance(0);
    expect(room.asked).to.equal(1);
    await scene.clock.advance(3000);
    await waiting;
    expect(room.asked).to.equal(2);

    const gone = new Scene({ perSecond: 10 });
    gone.opened().answer = "return";
    await gone.crowd();
    const other = gone.admit();
    await gone.clock.advance(0);
    gone.rooms.open.clear();
    await gone.clock.advance(3000);
    await other;
    expect(gone.owner.asked).to.include("openFor");
    expect(gone.rooms.open.get(roomId)?.asked).to.equal(1);
  });

  it("is refused while its room is being closed, and where the server is full or going", async () => {
    const scene = new Scene({ maxEvents: 1 });
    const room = scene.opened();
    room.isDisposing = true;
    expect(await refusalOf(scene.admit())).to.include({ code: 503, reason: "moving" });
    expect(room.asked).to.equal(0);
    scene.rooms.open.clear();
    scene.rooms.open.set("another", room);
    expect(await refusalOf(scene.admit())).to.include({ code: 503, reason: "too_many_events" });
    const claims = scene.identity.claims;
    scene.queue.shut();
    expect(await refusalOf(scene.admit())).to.include({ code: 503, reason: "draining" });
    expect(scene.identity.claims).to.equal(claims);
  });

  it("[Q6] a drain refuses whoever waits for an event that opens, or for those who return", async () => {
    for (const isOpen of [false, true]) {
      const scene = new Scene();
      if (isOpen) scene.opened();
      const wait = Promise.withResolvers<void>();
      scene.owner[isOpen ? "returners" : "opening"] = wait.promise;
      const waiting = refusalOf(scene.joins());
      await scene.clock.advance(0);
      scene.queue.shut();
      wait.resolve();
      expect((await waiting).reason).to.equal("draining");
      expect(scene.rooms.reserved).to.deep.equal([]);
    }
  });

  it("[J10] one that comes to nothing gives back what it was counted for", async () => {
    const scene = new Scene({ joinsPerMinutePerIp: 1 });
    scene.rooms.full = true;
    for (let i = 0; i < 3; i++) {
      scene.rooms.open.clear();
      expect((await refusalOf(scene.joins())).code).to.equal(503);
    }
    scene.rooms.full = false;
    scene.rooms.open.clear();
    expect(await scene.joins()).to.deep.equal({ sessionId: "new" });
    scene.rooms.open.clear();
    expect((await refusalOf(scene.joins())).code).to.equal(429);
  });
});

describe("who may open an event", () => {
  const hostsToken = "h".repeat(32);
  const asHost = { event_id: event, role: "observer", session_token: hostsToken };

  it("[T10] anyone, hosts, or the server alone: everyone else gets 404, and nothing is opened", async () => {
    const opens = { anyone: ["phone", "observer", "host"], hosts: ["host"], server: [] };
    for (const [eventCreation, who] of Object.entries(opens)) {
      const joins = { phone: options, observer: { event_id: event, role: "observer" }, host: asHost };
      for (const [name, join] of Object.entries(joins)) {
        const scene = new Scene({ eventCreation: eventCreation as EventCreation });
        scene.identity.hostToken = hostsToken;
        const joined = scene.admission.admit(undefined, join, { ...caller, isLocal: true }, undefined);
        const what = `${name} under ${eventCreation}`;
        if ((who as string[]).includes(name)) await joined;
        else expect(await refusalOf(joined), what).to.include({ code: 404, reason: "no_such_event" });
        expect(scene.owner.asked.includes("openFor"), what).to.equal((who as string[]).includes(name));
      }
    }
  });

  it("[T5] must_exist and `join` open nothing; where nobody can say that there is no event, it is 503", async () => {
    for (const join of [{ ...options, must_exist: true }, options]) {
      const scene = new Scene();
      const wanted = join === options ? { mustExist: true } : {};
      const admit = () => scene.admission.admit(undefined, join, caller, undefined, wanted);
      expect(await refusalOf(admit())).to.include({ code: 404, reason: "no_such_event" });
      scene.owner.isKnown = true;
      expect(await refusalOf(admit())).to.include({ code: 503, reason: "moving" });
      expect(scene.owner.asked).to.not.include("openFor");
      scene.opened();
      await admit();
    }
  });

  it("[T5] an event that ended while a join waited for its turn is not opened again by it", async () => {
    const scene = new Scene({ perSecond: 10 });
    scene.opened();
    await scene.crowd();
    const waiting = refusalOf(
      scene.admission.admit(undefined, { ...options, must_exist: true }, caller, undefined),
    );
    await scene.clock.advance(0);
    scene.rooms.open.clear();
    await scene.clock.advance(3000);
    expect(await waiting).to.include({ code: 404 });
    expect(scene.owner.asked).to.not.include("openFor");
  });
});

describe("matchmaking", () => {
  it("[J7] tells of each refusal once, and of what is unexpected without its text", async () => {
    const scene = new Scene();
    scene.opened().answer = retryLater("The event is being closed", 700, "moving");
    const refusal = await refusalOf(scene.joins());
    expect(scene.refused).to.deep.equal([refusal]);
    scene.opened();
    scene.rooms.full = true;
    expect((await refusalOf(scene.joins())).message).to.not.contain("inner");
    expect(scene.reported.map(([where]) => where)).to.deep.equal(["join"]);
  });

  it("[Q6] who has gone while waiting was not refused", async () => {
    const scene = new Scene({ perSecond: 10 });
    scene.opened();
    await scene.crowd();
    const client = Object.assign(new EventEmitter(), { closed: false });
    const waiting = refusalOf(scene.joins(client));
    await scene.clock.advance(0);
    client.emit("close");
    await waiting;
    expect([scene.refused, scene.rooms.reserved]).to.deep.equal([[], []]);
  });
});

describe("returns by token", () => {
  it("[J7] over HTTP: the event is restored, and the room judges the token", async () => {
    const scene = new Scene();
    expect((await refusalOf(scene.returns.reservationFor(roomId, "good"))).reason).to.equal("seat_gone");
    scene.opened();
    expect((await refusalOf(scene.returns.reservationFor(roomId, "bad"))).code).to.equal(401);
    expect(await scene.returns.reservationFor(roomId, "good")).to.deep.equal({ sessionId: "session" });
    expect(scene.owner.asked).to.deep.equal(["restore", "restore", "restore"]);
  });

  it("[Q2] a socket waits for its turn where there is a rate; one with a bad token takes nobody's", async () => {
    const free = new Scene();
    const socket = Object.assign(new EventEmitter(), { closed: false });
    await free.returns.waitForTurn(roomId, "good", socket);
    expect(free.rooms.lookedUp, "only whether its room is about to go").to.equal(1);

    const scene = new Scene({ perSecond: 10 });
    scene.opened();
    await scene.crowd();
    await scene.returns.waitForTurn(roomId, "bad", socket);
    let isIn = false;
    const turn = scene.returns.waitForTurn(roomId, "good", socket).then(() => (isIn = true));
    await scene.clock.advance(0);
    expect(isIn).to.equal(false);
    await scene.clock.advance(3000);
    await turn;
  });

  it("[K3] a socket whose event has another room when its turn comes is asked to come again", async () => {
    const scene = new Scene({ perSecond: 10 });
    scene.opened();
    await scene.crowd();
    const socket = Object.assign(new EventEmitter(), { closed: false });
    const turn = refusalOf(scene.returns.waitForTurn(roomId, "good", socket));
    await scene.clock.advance(0);
    scene.opened();
    await scene.clock.advance(3000);
    expect((await turn).reason).to.equal("moving");
  });
});

describe("readiness", () => {
  it("[W1] says why nobody is let in: the way out first, then the store", () => {
    const scene = new Scene();
    const store = { state: "ok" as "ok" | "degraded" | "suspended", why: undefined as string | undefined };
    const readiness = new Readiness(scene.queue, store);
    expect([readiness.refusal(), readiness.whyNotReady()]).to.deep.equal([undefined, undefined]);
    Object.assign(store, { state: "degraded", why: "SQLITE_FULL" });
    expect([readiness.refusal(), readiness.whyNotReady()]).to.deep.equal([
      undefined,
      "the store is out of reach: SQLITE_FULL",
    ]);
    store.state = "suspended";
    expect(readiness.refusal()?.reason).to.equal("suspended");
    readiness.drain();
    expect([readiness.refusal()?.reason, readiness.whyNotReady(), readiness.isDraining]).to.deep.equal([
      "draining",
      "draining",
      true,
    ]);
    expect(readiness.suspension()?.reason).to.equal("suspended");
  });
});
