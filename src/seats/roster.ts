// Everyone in one event: the seats by device, who is kicked, and the next instant at which time decides something.
// Every change goes through `apply` and comes out as a Change for the event to store and announce.
// No operation but `seats`, `away` and `kicked` costs more than O(log n).
import { Deadlines } from "./deadlines.ts";
import { deadlineOf, type HeldSeat, type Seat, type SeatPolicy, type Session, statusOf } from "./seat.ts";
import type { Effect, SeatEvent } from "./events.ts";
import { transition } from "./transition.ts";

export interface Change {
  readonly deviceId: string;
  readonly event: SeatEvent["type"];
  readonly before: HeldSeat | undefined;
  readonly after: Seat | undefined;
  readonly effects: readonly Effect[];
  readonly at: number;
}

export interface RosterCounts {
  readonly connected: number;
  readonly held: number;
  /** How many have left since the event began. */
  readonly left: number;
}

export class Roster {
  readonly #policy: SeatPolicy;
  readonly #seats = new Map<string, HeldSeat>();
  /** The devices of sessions, by their ids and by their tokens' hashes. */
  readonly #byId = new Map<string, string>();
  readonly #byHash = new Map<string, string>();
  readonly #kicked = new Set<string>();
  readonly #deadlines = new Deadlines();
  /** Whose seats everyone sees as away. */
  readonly #away = new Set<string>();
  #left = 0;

  constructor(policy: SeatPolicy) {
    this.#policy = policy;
  }

  get size(): number {
    return this.#seats.size;
  }

  get counts(): RosterCounts {
    return { connected: this.#seats.size - this.#away.size, held: this.#away.size, left: this.#left };
  }

  get(deviceId: string): HeldSeat | undefined {
    return this.#seats.get(deviceId);
  }

  seats(): IterableIterator<HeldSeat> {
    return this.#seats.values();
  }

  /** The devices of those whom everyone sees as away. O(those). */
  away(): string[] {
    return [...this.#away];
  }

  isKicked(deviceId: string): boolean {
    return this.#kicked.has(deviceId);
  }

  /** The seat that this session belongs to, be it the seat's own or that of a return in flight. */
  bySession(sessionId: string): HeldSeat | undefined {
    const deviceId = this.#byId.get(sessionId);
    return deviceId === undefined ? undefined : this.#seats.get(deviceId);
  }

  /** The seat that a session's token hash belongs to, likewise. */
  byToken(tokenHash: string): HeldSeat | undefined {
    const deviceId = this.#byHash.get(tokenHash);
    return deviceId === undefined ? undefined : this.#seats.get(deviceId);
  }

  /** The earliest instant at which a device may be `due`, or null. */
  nextDeadline(): number | null {
    return this.#deadlines.next()?.at ?? null;
  }

  kicked(): string[] {
    return [...this.#kicked];
  }

  /** Takes over what another process knew. Nothing of it is a change: whatever was announced, was announced by then. */
  restore(seats: Iterable<HeldSeat>, kicked: Iterable<string>): void {
    for (const seat of seats) this.#replace(seat.deviceId, this.#seats.get(seat.deviceId), seat);
    for (const deviceId of kicked) this.#kicked.add(deviceId);
  }

  /** Decides one event about one device. Returns undefined when it changed nothing that anyone can see or store. */
  apply(deviceId: string, event: SeatEvent, now: number): Change | undefined {
    const before = this.#seats.get(deviceId);
    if (event.type === "unkick") return this.#unkick(deviceId, before, now);
    const { seat: after, effects } = transition(before, event, now, this.#policy);
    if (after === before && effects.length === 0) {
      if (event.type === "tick") this.#rearm(deviceId, now);
      return undefined;
    }
    if (event.type === "frame" || event.type === "heartbeat") {
      this.#received(deviceId, before as HeldSeat, after as HeldSeat);
      return undefined;
    }
    this.#replace(deviceId, before, after);
    if (event.type === "kick" && before !== undefined) this.#kicked.add(deviceId);
    return { deviceId, event: event.type, before, after, effects, at: now };
  }

  #unkick(deviceId: string, before: HeldSeat | undefined, at: number): Change | undefined {
    if (!this.#kicked.delete(deviceId)) return undefined;
    return { deviceId, event: "unkick", before, after: before, effects: [], at };
  }

  /** True when `apply` would change something. */
  wouldChange(deviceId: string, event: SeatEvent, now: number): boolean {
    if (event.type === "unkick") return this.isKicked(deviceId);
    const before = this.#seats.get(deviceId);
    const { seat: after, effects } = transition(before, event, now, this.#policy);
    return after !== before || effects.length > 0;
  }

  /** A device whose deadline has come by `now`: apply a `tick` to it, and ask again. */
  due(now: number): string | undefined {
    const next = this.#deadlines.next();
    return next !== undefined && next.at <= now ? next.key : undefined;
  }

  #replace(deviceId: string, before: HeldSeat | undefined, after: Seat | undefined): void {
    const held = after === undefined || after.status === "permanently_left" ? undefined : after;
    if (held === undefined) this.#seats.delete(deviceId);
    else this.#seats.set(deviceId, held);
    if (isAway(held)) this.#away.add(deviceId);
    else this.#away.delete(deviceId);
    if (after?.status === "permanently_left" && before !== undefined) this.#left += 1;
    this.#index(deviceId, before, held);
    this.#deadlines.set(deviceId, held === undefined ? null : deadlineOf(held, this.#policy));
  }

  /** Most changes leave a seat's sessions as they were. */
  #index(deviceId: string, before: HeldSeat | undefined, held: HeldSeat | undefined): void {
    const [own, attempt] = [before?.session, attemptSessionOf(before)];
    const [nextOwn, nextAttempt] = [held?.session, attemptSessionOf(held)];
    if (own === nextOwn && attempt === nextAttempt) return;
    for (const session of [own, attempt]) {
      if (session == null) continue;
      this.#byId.delete(session.id);
      this.#byHash.delete(session.tokenHash);
    }
    for (const session of [nextOwn, nextAttempt]) {
      if (session == null) continue;
      this.#byId.set(session.id, deviceId);
      this.#byHash.set(session.tokenHash, deviceId);
    }
  }

  #received(deviceId: string, before: HeldSeat, after: HeldSeat): void {
    this.#seats.set(deviceId, after);
    // Frames only move a deadline away: the heap keeps the earlier one and asks again when it comes.
    if (!before.hasSentHeartbeat && after.hasSentHeartbeat)
      this.#deadlines.set(deviceId, deadlineOf(after, this.#policy));
  }

  /** Frames have moved this deadline away meanwhile. */
  #rearm(deviceId: string, now: number): void {
    const seat = this.#seats.get(deviceId);
    const deadline = seat === undefined ? null : deadlineOf(seat, this.#policy);
    if (deadline !== null && deadline <= now)
      throw new Error(`a deadline that decided nothing must move on (${deviceId})`);
    this.#deadlines.set(deviceId, deadline);
  }
}

function isAway(seat: HeldSeat | undefined): boolean {
  return seat !== undefined && statusOf(seat) === "temporarily_disconnected";
}

function attemptSessionOf(seat: HeldSeat | undefined): Session | null | undefined {
  return seat === undefined || seat.status === "connected" ? null : seat.attempt?.session;
}

/**
 * Whether a change is stored for its own sake, and announced if it has anything to announce. False for what concerns
 * nobody but the one who tries to return, or publishes, or no seat at all.
 */
export function needsCommit({ event, before, after }: Change): boolean {
  if (event === "return_admitted" || event === "published" || event === "unkick") return false;
  if (event === "return_attempted") return tokenOf(before) !== tokenOf(after); // a token is given or revoked
  return event !== "drop" || before?.status !== after?.status;
}

function tokenOf(seat: Seat | undefined): string | undefined {
  if (seat === undefined || seat.status === "permanently_left") return undefined;
  return (
    (seat.status === "connected" ? undefined : seat.attempt?.session?.tokenHash) ?? seat.session.tokenHash
  );
}
