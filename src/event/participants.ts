// The room author's view of who is in the event: look up, list, ask about grace, kick, extend, end it now.
// Everything here is a copy without secrets; changes go through the seat machine like any other.
import type { Clock } from "../clock.ts";
import type { Json } from "../protocol/json.ts";
import type { DisconnectReason, ParticipantStatus } from "../protocol/messages.ts";
import type { Roster, RosterCounts } from "../seats/roster.ts";
import { announcedAbsence, type HeldSeat, isGraceExpired, statusOf } from "../seats/seat.ts";
import type { SeatEvent } from "../seats/events.ts";
import type { Mailboxes } from "./messages/mailboxes.ts";
import type { Decider, HeldEffects } from "./ports.ts";

/** One participant as of now. Instants are epoch milliseconds, 0 when not applicable. */
export interface ParticipantInfo {
  readonly eventId: string;
  readonly deviceId: string;
  readonly userId: string;
  readonly displayName: string;
  readonly status: ParticipantStatus;
  readonly reason: DisconnectReason | "";
  readonly joinedAt: number;
  readonly disconnectedAt: number;
  readonly graceExpiresAt: number;
  /** The last `heartbeat`; 0 if none came. */
  readonly lastHeartbeatAt: number;
}

/**
 * Who is in an event, for its room's author: `this.participants` of an `EventRoom`.
 * @example
 * for (const { deviceId } of this.participants.list("temporarily_disconnected"))
 *   this.participants.extendGrace(deviceId, 30_000);
 */
export class Participants {
  readonly #roster: Roster;
  readonly #clock: Clock;
  readonly #event: Decider;
  readonly #mailboxes: Pick<Mailboxes, "tell">;
  readonly #effects: HeldEffects;

  constructor(
    roster: Roster,
    clock: Clock,
    event: Decider,
    mailboxes: Pick<Mailboxes, "tell">,
    effects: HeldEffects,
  ) {
    this.#roster = roster;
    this.#clock = clock;
    this.#event = event;
    this.#mailboxes = mailboxes;
    this.#effects = effects;
  }

  /** How many are connected, held, and have left since the event began. */
  get counts(): RosterCounts {
    return this.#roster.counts;
  }

  /** The participant with this device, or undefined if nobody has that seat. */
  get(deviceId: string): ParticipantInfo | undefined {
    const seat = this.#roster.get(deviceId);
    return seat === undefined ? undefined : infoOf(seat);
  }

  /** Everyone who has a seat, optionally only those with one status. O(participants). */
  list(status?: ParticipantStatus): ParticipantInfo[] {
    const all = [...this.#roster.seats()].map(infoOf);
    return status === undefined ? all : all.filter((info) => info.status === status);
  }

  /** True when this participant's grace period is over, or nobody has the seat. */
  isGraceExpired(deviceId: string): boolean {
    const seat = this.#roster.get(deviceId);
    return seat === undefined || isGraceExpired(seat, this.#clock.now());
  }

  /** Milliseconds until the seat of one who is away is given up; 0 for one who is here or unknown. */
  graceRemainingMs(deviceId: string): number {
    const seat = this.#roster.get(deviceId);
    if (seat?.status !== "temporarily_disconnected") return 0;
    return Math.max(0, seat.graceExpiresAt - this.#clock.now());
  }

  /** Ends the grace of one who is away, now. False when it was not away. */
  expireNow(deviceId: string): boolean {
    return this.#ask(deviceId, { type: "expire_now" });
  }

  /**
   * Gives one who is away more time; the new deadline is in the state at once.
   * @param byMs how much later the deadline is, in milliseconds
   * @returns false when it was not away
   * @throws RangeError when `byMs` is not above 0
   */
  extendGrace(deviceId: string, byMs: number): boolean {
    if (!Number.isFinite(byMs) || byMs <= 0) throw new RangeError("extendGrace: byMs must be more than 0");
    return this.#ask(deviceId, { type: "extend_grace", byMs });
  }

  /** Removes a participant at once and keeps the device out until the event ends. False when it has no seat. */
  kick(deviceId: string): boolean {
    return this.#ask(deviceId, { type: "kick" });
  }

  /** Lets a device that was kicked come again, as someone new. False when it was not kicked. */
  unkick(deviceId: string): boolean {
    return this.#ask(deviceId, { type: "unkick" });
  }

  /** The devices that were kicked and may not come again. O(n). */
  kicked(): string[] {
    return this.#roster.kicked();
  }

  /**
   * Tells one participant something, whether it is here or away: our client handles it exactly once and in order
   * (`session.onTold`), over drops, returns, reloads and restarts; a stock client gets the message `told`
   * (`{ no, type, payload }`) at least once. It is stored before it is sent, and kept with the seat until there is a
   * receipt for it; it goes with the seat. In a handler of a published message it is told when that returns, in the same
   * commit as what the handler changed, and not at all after a throw.
   * @param deviceId whose seat it is for
   * @param type 1 to 128 characters, as the client's handler knows it
   * @param payload JSON; at most 16 KB of it with the type
   * @returns false when nobody has that seat, or the room is being given back; then nothing is kept
   * @throws TypeError for a payload that is not JSON, RangeError for a type or message that is too long, and
   * MailboxFullError (a RangeError) when 1,000 messages or 256 KB wait for this participant, or 8 MB in the event
   * @example this.participants.tell(player.device_id, "dealt", { card: "ace" });
   */
  tell(deviceId: string, type: string, payload?: Json): boolean {
    return this.#mailboxes.tell(deviceId, type, payload);
  }

  /** In a handler it is done when that has returned; until then everyone is as before. */
  #ask(deviceId: string, event: SeatEvent): boolean {
    if (!this.#effects.isHolding) return this.#event.decide(deviceId, event);
    const would = this.#roster.wouldChange(deviceId, event, this.#clock.now());
    if (would) this.#effects.run(() => void this.#event.decide(deviceId, event));
    return would;
  }
}

export function infoOf(seat: HeldSeat): ParticipantInfo {
  const away = announcedAbsence(seat);
  return {
    eventId: seat.eventId,
    deviceId: seat.deviceId,
    userId: seat.userId,
    displayName: seat.displayName,
    status: statusOf(seat),
    reason: away?.reason ?? "",
    joinedAt: seat.joinedAt,
    disconnectedAt: away?.disconnectedAt ?? 0,
    graceExpiresAt: away?.graceExpiresAt ?? 0,
    lastHeartbeatAt: seat.lastHeartbeatAt,
  };
}
