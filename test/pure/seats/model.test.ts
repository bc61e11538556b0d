// Random histories against the seat machine, with virtual time; the witness judges what an observer saw.
// HISTORIES and SEED may be set in the environment (npm run soak does); the seed is printed.
import { expect } from "chai";
import fc from "fast-check";
import { type Change, Roster } from "../../../src/seats/roster.ts";
import type { SeatEvent } from "../../../src/seats/events.ts";
import { type Socket, Witness } from "../../../harness/seat-witness.ts";
import { expire } from "./expire.ts";

const graceMs = 30_000;
const heartbeatTimeoutMs = 45_000;
const devices = ["a", "b", "__proto__"];

type Step = { kind: (typeof kinds)[number]; device: string; dtMs: number };
// biome-ignore format: weights read best as rows
const kinds = [
  "join", "join", "reload", "reload", "reconnect", "reconnect", "reconnect", "reconnect", "admit",
  "ack", "ack", "ack", "ack", "ack", "ack", "ack", "ack", "die", "die", "die", "die", "late",
  "beat", "beat", "beat", "frame", "leave", "kick", "close", "tick", "tick", "tick", "jump",
] as const;

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...kinds),
  device: fc.constantFrom(...devices),
  dtMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1000, max: 9000 })),
});

/** The rules as they are by default, with a quiet time, and with a budget for flaps. */
const policies: { quietTimeMs?: number; flapsPerMinute?: number }[] = [
  {},
  { quietTimeMs: 700 },
  { quietTimeMs: 4000 },
  { flapsPerMinute: 2 },
  { quietTimeMs: 700, flapsPerMinute: 1 },
];

class World {
  readonly roster: Roster;
  readonly witness: Witness;
  readonly old = new Map<string, string[]>();
  readonly counts = new Map<string, number>();
  now = 1_000_000;
  #sockets = 0;

  constructor(policy: (typeof policies)[number]) {
    this.roster = new Roster({ gracePeriodMs: graceMs, heartbeatTimeoutMs, ...policy });
    const { quietTimeMs = 0, flapsPerMinute = 0 } = policy;
    const patience = { atLeast: quietTimeMs, atMost: flapsPerMinute > 0 ? 5000 : quietTimeMs };
    this.witness = new Witness(graceMs, heartbeatTimeoutMs, patience);
  }

  run({ kind, device, dtMs }: Step): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    this.now += dtMs;
    if (kind !== "jump") this.#tell(expire(this.roster, this.now)); // a jump is a stall: nothing is decided on the way
    this.#act(kind, device);
    if (kind === "jump") this.now += 20_000;
    this.#tell(expire(this.roster, this.now));
    this.witness.checkAt(this.now);
  }

  #act(kind: Step["kind"], device: string): void {
    const { witness, now } = this;
    const phone = witness.phone(device);
    const socket = phone?.newest;
    const isOpen = socket !== undefined && socket.diedAt === undefined;
    switch (kind) {
      case "join":
      case "reload":
        return phone === undefined ? this.#join(device) : this.#returns(device, true);
      case "reconnect":
        return phone === undefined ? undefined : this.#returns(device, false);
      case "admit":
        witness.admits(device, now);
        return this.#apply(device, { type: "return_admitted" });
      case "ack":
        if (!isOpen) return undefined;
        witness.acknowledges(device, now);
        return this.#apply(device, { type: "return_completed", connection: socket.id });
      case "die":
        if (!isOpen) return undefined;
        witness.dies(device, now);
        this.#retire(device, socket);
        return this.#apply(device, { type: "drop", connection: socket.id, reason: "connection_lost" });
      case "late": {
        const late = (this.old.get(device) ?? []).filter((id) => id !== socket?.id || !isOpen);
        const connection = late[now % Math.max(1, late.length)];
        if (connection === undefined) return undefined;
        this.#apply(device, { type: "drop", connection, reason: "connection_lost" });
        this.#apply(device, { type: "heartbeat", connection });
        this.#apply(device, { type: "return_completed", connection });
        return this.#apply(device, { type: "leave", connection });
      }
      case "beat":
      case "frame":
        if (!isOpen) return undefined;
        witness.sends(device, kind === "beat", now);
        return this.#apply(device, { type: kind === "beat" ? "heartbeat" : "frame", connection: socket.id });
      case "leave":
        if (!isOpen) return undefined;
        witness.isOrderedOut(device, "consented");
        return this.#apply(device, { type: "leave", connection: socket.id });
      case "kick":
        witness.isOrderedOut(device, "kicked");
        return this.#apply(device, { type: "kick" });
      case "close":
        for (const each of devices) {
          witness.isOrderedOut(each, "event_closed");
          this.#apply(each, { type: "close_event" });
        }
        return undefined;
      case "tick":
      case "jump":
        return undefined;
    }
  }

  #join(device: string): void {
    const socket = this.#open(device, true, true);
    this.#apply(device, {
      type: "join",
      connection: socket.id,
      session: { id: `s-${socket.id}`, tokenHash: "" },
      participant: { eventId: "e", deviceId: device, userId: device, displayName: "", proof: "" },
    });
  }

  #returns(device: string, reload: boolean): void {
    const socket = this.#open(device, false, reload);
    const session = reload ? { id: `s-${socket.id}`, tokenHash: "" } : null;
    this.#apply(device, { type: "return_attempted", connection: socket.id, session });
  }

  #open(device: string, first: boolean, reload: boolean): Socket {
    const before = this.witness.phone(device)?.newest;
    if (before !== undefined) this.#retire(device, before);
    this.#sockets += 1;
    const id = `c${this.#sockets}`;
    const socket: Socket = {
      id,
      first,
      isReload: reload,
      bornAt: this.now,
      acked: false,
      diedAt: undefined,
    };
    this.witness.opens(device, socket);
    return socket;
  }

  #retire(device: string, socket: Socket): void {
    this.old.set(device, [...(this.old.get(device) ?? []), socket.id]);
  }

  #apply(device: string, event: SeatEvent): void {
    const change = this.roster.apply(device, event, this.now);
    if (change !== undefined) this.#tell([change]);
  }

  #tell(changes: Change[]): void {
    for (const { effects, deviceId: device } of changes) {
      const isTimedOut = effects.some((effect) => effect.type === "close" && effect.close === "comeBack");
      if (isTimedOut) this.witness.timesOut(device, this.now);
      for (const effect of effects) {
        if (effect.type === "close") continue;
        const { type, payload } = effect.announcement;
        this.counts.set(type, (this.counts.get(type) ?? 0) + 1);
        this.witness.sees({
          type,
          device,
          at: this.now,
          to: effect.audience,
          ...("reason" in payload ? { reason: payload.reason } : {}),
          ...("grace_expires_at" in payload ? { graceExpiresAt: payload.grace_expires_at } : {}),
        });
      }
    }
  }
}

describe("disconnect tracking: random histories", () => {
  const history = fc.array(step, { minLength: 1, maxLength: 80, size: "max" });
  it("[S18] [F1] [F2] every observer sees the truth about everyone, once, in order and in time", function () {
    this.timeout(600_000);
    const numRuns = Number(process.env.HISTORIES ?? 10_000);
    const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
    const totals = new Map<string, number>();
    console.log(`      ${numRuns} histories, SEED=${seed}`);
    fc.assert(
      fc.property(history, fc.constantFrom(...policies), (steps, policy) => {
        const world = new World(policy);
        for (const each of steps) world.run(each);
        const { connected, held } = world.roster.counts;
        if (connected + held !== [...world.roster.seats()].length) throw new Error("the counts are off");
        for (const [name, count] of world.counts) totals.set(name, (totals.get(name) ?? 0) + count);
      }),
      { numRuns, seed },
    );
    console.log(`      ${[...totals].map(([name, count]) => `${name} ${count}`).join(", ")}`);
    for (const type of ["joined", "temporarily_disconnected", "reconnected", "left"])
      expect(totals.get(`participant_${type}`), `the histories hardly ever ${type}`).to.be.greaterThan(
        numRuns / 4,
      );
  });
});
