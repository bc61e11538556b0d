// What this device knows of its own seat, kept so that a page that is loaded again, perhaps without a network, can say at
// once since when it is away and how long the seat is kept. What makes no sense, or is another seat's, was never kept.
// Never decides what the server decides.
import type { Environment } from "../platform/environment.ts";
import type { SafeStorage } from "../platform/safe-storage.ts";
import type { ServerClock } from "../connection/server-clock.ts";
import type { SeatFacts } from "../connection/status-machine.ts";
import type { Roster } from "../presence/roster.ts";
import type { EndReason, KeptSeat } from "../types/index.ts";

/** As it is kept: the clocks of that moment tell how much later it is when it is read. */
interface Note extends KeptSeat {
  /** The event and the device, as in its key. */
  readonly of: string;
  /** What time it was at the server, by the device's own clock, and by one that nobody sets (see Environment). */
  readonly server: number;
  readonly wall: number;
  readonly steady: number;
}

/** The longest grace that a server can be given; what was kept longer ago is a memory of nothing. */
const dayMs = 86_400_000;

/** Until the first state says how long it is. */
const usualGraceMs = 30_000;

export class OwnSeat implements SeatFacts {
  readonly #environment: Environment;
  readonly #storage: SafeStorage;
  readonly #of: string;
  readonly #key: string;
  /** Undefined for an observer, who has none. */
  readonly #roster: Roster | undefined;
  #knownSince = 0;
  #isNew = false;
  /** The seat of the last visit; undefined without one. */
  readonly remembered: KeptSeat | undefined;
  /** What time it is at the server, as far as the device knows before the first answer. */
  readonly serverNow: number;

  constructor(environment: Environment, storage: SafeStorage, seatKey: string, roster: Roster | undefined) {
    this.#environment = environment;
    this.#storage = storage;
    this.#of = seatKey;
    this.#key = `holdfast:seat:${seatKey}`;
    this.#roster = roster;
    const note = roster && this.#read();
    const serverNow = note === undefined ? Number.NaN : this.#serverTimeSince(note);
    this.remembered = note !== undefined && serverNow - note.since < dayMs ? seatIn(note) : undefined;
    this.serverNow = this.remembered === undefined ? environment.wallNow() : serverNow;
  }

  get gracePeriodMs(): number {
    return this.#roster?.gracePeriodMs ?? usualGraceMs;
  }

  get joinedAt(): number {
    return this.#roster?.own?.joinedAt ?? 0;
  }

  /** Until when the server keeps it, if it has us as away. */
  get deadline(): number | undefined {
    return this.#roster?.own?.graceExpiresAt || undefined;
  }

  /** It is another seat than that of the connection before. */
  get isNew(): boolean {
    return this.#isNew;
  }

  /** To be called once for each connection. */
  arrived(): void {
    const { joinedAt } = this;
    this.#isNew = this.#knownSince !== 0 && this.#knownSince !== joinedAt;
    this.#knownSince = joinedAt;
  }

  /** Keeps what is known now, if the server has said what time it is. */
  keep(seat: KeptSeat | undefined, clock: ServerClock): void {
    if (seat === undefined || !clock.isKnown || this.joinedAt === 0) return;
    const { now, wallNow, steadyNow } = this.#environment;
    const server = clock.at(now());
    const note: Note = { ...seat, of: this.#of, server, wall: wallNow(), steady: steadyNow() };
    this.#storage.put(this.#key, JSON.stringify(note));
  }

  /** Nothing is left to come back to; not so for who has let go, is replaced, has an old token, or is not answered. */
  ended(endReason: EndReason, code: number | undefined): void {
    const isKept = ["replaced", "closed", "unreachable"].includes(endReason) || code === 401;
    if (!isKept && this.#roster !== undefined) this.#storage.remove(this.#key);
  }

  /** A device's clock that was set back must not make the seat's time longer: the clock that says more counts. */
  #serverTimeSince({ server, wall, steady }: Note): number {
    const { wallNow, steadyNow } = this.#environment;
    return Math.round(server + Math.max(0, wallNow() - wall, steadyNow() - steady));
  }

  #read(): Note | undefined {
    try {
      const note = JSON.parse(this.#storage.get(this.#key) ?? "") as Note;
      return note.of === this.#of && isSound(note) ? note : undefined;
    } catch {
      return undefined;
    }
  }
}

function seatIn({ since, atLeastUntil, joinedAt, deadline }: Note): KeptSeat {
  return deadline === "paused"
    ? { since, atLeastUntil, joinedAt, deadline }
    : { since, atLeastUntil, joinedAt };
}

/** Everything in its order, and no longer than a seat can be kept. */
function isSound({ joinedAt, since, atLeastUntil, server, wall, steady }: Note): boolean {
  const areNumbers = [joinedAt, since, atLeastUntil, server, wall, steady].every(Number.isFinite);
  const keptMs = atLeastUntil - since;
  return areNumbers && joinedAt > 0 && since <= server && keptMs > 0 && keptMs <= dayMs;
}
