// The seat machine: (seat, event, now, policy) -> next seat and what the shell has to do about it.
// The only place that knows which event changes which state; SPEC.md numbers the rules ([S1]...).
// Every event about a socket names its connection: what comes from one that the seat no longer has changes nothing.
import type { CloseName } from "../protocol/close-codes.ts";
import type { Announcement, DisconnectReason, LeaveReason } from "../protocol/messages.ts";
import {
  type Attempt,
  baseOf,
  type ConnectionId,
  type ConnectedSeat,
  deadlineOf,
  type HeldSeat,
  type PermanentlyLeftSeat,
  type ReplacingSeat,
  type Seat,
  type SeatPolicy,
  announcedAbsence,
  type TemporarilyDisconnectedSeat,
} from "./seat.ts";
import { flapped, quietTimeOf } from "./flaps.ts";
import type { Audience, Effect, SeatEvent, Transition } from "./events.ts";

const noEffects: readonly Effect[] = [];

/** One step of the machine. Returns the same seat object and no effects when the event changes nothing. */
export function transition(
  seat: Seat | undefined,
  event: SeatEvent,
  now: number,
  policy: SeatPolicy,
): Transition {
  if (seat === undefined || seat.status === "permanently_left") {
    return event.type === "join" ? take(event, now) : { seat, effects: noEffects };
  }
  switch (event.type) {
    case "unkick": // [U20] of no seat: the roster knows who is kicked
    case "join":
      return unchanged(seat); // [S2] a seat that is held is returned to, never taken twice
    case "return_admitted":
      return admit(seat, now);
    case "return_attempted":
      return attempt(seat, event, now);
    case "return_completed":
      return complete(seat, event.connection, now);
    case "drop":
      return drop(seat, event.connection, event.reason, now, policy);
    case "frame":
    case "heartbeat":
      return receive(seat, event, now);
    case "leave":
      return isOn(seat, event.connection) ? leave(seat, "consented", now) : unchanged(seat);
    case "published":
      if (!isOn(seat, event.connection)) return unchanged(seat);
      return { seat: { ...seat, outbox: event.outbox }, effects: noEffects };
    case "kick":
      return leave(seat, "kicked", now, "kicked");
    case "close_event":
      return leave(seat, "event_closed", now, "eventClosed");
    case "tick":
      return tick(seat, now, policy);
    case "expire_now":
      return expire(seat, now, policy);
    case "extend_grace":
      if (seat.status !== "temporarily_disconnected") return unchanged(seat);
      return { seat: extend(seat, event.byMs), effects: noEffects };
    case "postpone":
      return { seat: postpone(seat, event.byMs), effects: noEffects };
  }
}

const unchanged = (seat: Seat): Transition => ({ seat, effects: noEffects });

function who(seat: Seat) {
  return { device_id: seat.deviceId, user_id: seat.userId };
}

function announce(announcement: Announcement, audience: Audience = "everyone"): Effect {
  return { type: "announce", announcement, audience };
}

function close(connection: ConnectionId | null | undefined, name: CloseName): readonly Effect[] {
  return connection ? [{ type: "close", connection, close: name }] : noEffects;
}

/** The socket that speaks for the seat now, or that is about to. */
function connectionOf(seat: HeldSeat): ConnectionId | null {
  if (seat.status === "connected") return seat.connection;
  return seat.attempt?.connection ?? null;
}

const isOn = (seat: HeldSeat, connection: ConnectionId): boolean => connectionOf(seat) === connection;

function take(event: Extract<SeatEvent, { type: "join" }>, now: number): Transition {
  const seat: ConnectedSeat = {
    ...event.participant,
    status: "connected",
    session: event.session,
    connection: event.connection,
    joinedAt: now,
    hasSentHeartbeat: false,
    lastHeartbeatAt: 0,
    lastFrameAt: now,
    outbox: null,
    flaps: null,
  };
  return { seat, effects: [announce({ type: "participant_joined", payload: who(seat) }, "others")] };
}

function admit(seat: HeldSeat, now: number): Transition {
  // [S9] it only makes an expiry wait; a live socket, or an attempt that has its own, is left alone
  if (seat.status !== "temporarily_disconnected" || seat.attempt?.connection) return unchanged(seat);
  const admitted: Attempt = { connection: null, session: null, startedAt: now, displayName: undefined };
  return { seat: { ...seat, attempt: admitted }, effects: noEffects };
}

function attempt(
  seat: HeldSeat,
  event: Extract<SeatEvent, { type: "return_attempted" }>,
  now: number,
): Transition {
  const next: Attempt = {
    connection: event.connection,
    session: event.session,
    startedAt: now,
    displayName: event.displayName,
  };
  // [S6] the newest proven connection wins, whatever the older one was doing
  const effects = close(connectionOf(seat), "replaced");
  if (seat.status === "temporarily_disconnected") return { seat: { ...seat, attempt: next }, effects };
  // [S6] a takeover of a live seat revokes the older one's token at once; a held one keeps its own until [S4]
  const base = { ...baseOf(seat), session: event.session ?? seat.session };
  const replacedAt = seat.status === "replacing" ? seat.replacedAt : now;
  return { seat: { ...base, status: "replacing", replacedAt, attempt: next }, effects };
}

function complete(seat: HeldSeat, connection: ConnectionId, now: number): Transition {
  if (seat.status === "connected" || seat.attempt?.connection !== connection) return unchanged(seat);
  const { attempt } = seat;
  const back: ConnectedSeat = {
    ...baseOf(seat),
    displayName: attempt.displayName ?? seat.displayName,
    session: attempt.session ?? seat.session,
    // A fresh join is a new page, which may send no heartbeats; the SDK's reconnection is the page that did.
    hasSentHeartbeat: attempt.session === null && seat.hasSentHeartbeat,
    lastFrameAt: now,
    status: "connected",
    connection,
  };
  // [S7] [F1] a takeover, or a blip, interrupted nothing that anyone else has seen
  const audience = announcedAbsence(seat) === undefined ? "self" : "everyone";
  return {
    seat: back,
    effects: [announce({ type: "participant_reconnected", payload: who(back) }, audience)],
  };
}

function drop(
  seat: HeldSeat,
  connection: ConnectionId,
  reason: DisconnectReason,
  now: number,
  policy: SeatPolicy,
): Transition {
  if (!isOn(seat, connection)) return unchanged(seat); // [S5] a late close of an old socket
  switch (seat.status) {
    case "connected":
      return goAway(seat, { reason, at: now, attempt: null }, now, policy);
    case "replacing": // [S8] dated from our own close
      return goAway(seat, { reason: "connection_lost", at: seat.replacedAt, attempt: null }, now, policy);
    case "temporarily_disconnected":
      return { seat: { ...seat, attempt: null }, effects: noEffects }; // [S10] the deadline stays
  }
}

interface Absence {
  readonly reason: DisconnectReason;
  readonly at: number;
  readonly attempt: Attempt | null;
}

function goAway(
  seat: ConnectedSeat | ReplacingSeat,
  { reason, at, attempt }: Absence,
  now: number,
  policy: SeatPolicy,
): Transition {
  const announceAt = at + quietTimeOf(seat.flaps, at, policy);
  const away: TemporarilyDisconnectedSeat = {
    ...baseOf(seat),
    status: "temporarily_disconnected",
    disconnectedAt: at,
    graceExpiresAt: at + policy.gracePeriodMs,
    gracePeriodMs: policy.gracePeriodMs,
    reason,
    extendedByMs: 0,
    attempt,
    announceAt,
  };
  return announceAt > now ? { seat: away, effects: noEffects } : announceAbsence(away, now, policy);
}

/** The absence is announced to everyone. */
function announceAbsence(seat: TemporarilyDisconnectedSeat, now: number, policy: SeatPolicy) {
  const flaps = policy.flapsPerMinute ? flapped(seat.flaps, now, policy.flapsPerMinute) : null;
  const payload = { ...who(seat), reason: seat.reason, grace_expires_at: seat.graceExpiresAt };
  const effects = [announce({ type: "participant_temporarily_disconnected", payload })];
  return { seat: { ...seat, announceAt: null, flaps }, effects };
}

function receive(
  seat: HeldSeat,
  event: Extract<SeatEvent, { type: "frame" | "heartbeat" }>,
  now: number,
): Transition {
  if (seat.status !== "connected" || seat.connection !== event.connection) return unchanged(seat);
  if (event.type === "frame") return { seat: { ...seat, lastFrameAt: now }, effects: noEffects };
  const alive = { ...seat, hasSentHeartbeat: true, lastHeartbeatAt: now, lastFrameAt: now };
  return { seat: alive, effects: noEffects };
}

function leave(seat: HeldSeat, reason: LeaveReason, now: number, closeAs?: CloseName): Transition {
  const left: PermanentlyLeftSeat = { ...baseOf(seat), status: "permanently_left", leftAt: now, reason };
  const announcement = announce({ type: "participant_left", payload: { ...who(left), reason } });
  const closes = closeAs === undefined ? noEffects : close(connectionOf(seat), closeAs);
  return { seat: left, effects: [announcement, ...closes] };
}

/** [S17] whose grace ends is announced as away first, if it was not yet. */
function expire(seat: HeldSeat, now: number, policy: SeatPolicy): Transition {
  if (seat.status !== "temporarily_disconnected") return unchanged(seat);
  const absence = seat.announceAt === null ? noEffects : announceAbsence(seat, now, policy).effects;
  const { seat: left, effects } = leave(seat, "grace_expired", now, "reconnectionRefused");
  return { seat: left, effects: [...absence, ...effects] };
}

function postpone(seat: HeldSeat, byMs: number): HeldSeat {
  switch (seat.status) {
    case "connected":
      return seat;
    case "replacing":
      return { ...seat, replacedAt: seat.replacedAt + byMs };
    case "temporarily_disconnected": {
      const announceAt = seat.announceAt === null ? null : seat.announceAt + byMs;
      return { ...seat, graceExpiresAt: seat.graceExpiresAt + byMs, announceAt };
    }
  }
}

function extend(seat: TemporarilyDisconnectedSeat, byMs: number): HeldSeat {
  return { ...seat, graceExpiresAt: seat.graceExpiresAt + byMs, extendedByMs: seat.extendedByMs + byMs };
}

function tick(seat: HeldSeat, now: number, policy: SeatPolicy): Transition {
  const deadline = deadlineOf(seat, policy);
  if (deadline === null || now < deadline) return unchanged(seat);
  switch (seat.status) {
    case "connected": {
      const absence = { reason: "heartbeat_timeout", at: now, attempt: null } as const;
      const { seat: away, effects } = goAway(seat, absence, now, policy);
      return { seat: away, effects: [...effects, ...close(seat.connection, "comeBack")] };
    }
    case "replacing": {
      const { replacedAt: at, attempt } = seat;
      const { seat: away, effects } = goAway(seat, { reason: "connection_lost", at, attempt }, now, policy);
      return overdue(away as TemporarilyDisconnectedSeat, effects, now, policy);
    }
    case "temporarily_disconnected": {
      const away =
        seat.announceAt === null ? { seat, effects: noEffects } : announceAbsence(seat, now, policy);
      return overdue(away.seat, away.effects, now, policy);
    }
  }
}

/** A drop that is dated from the past, or announced late, may have used up a very short grace already. */
function overdue(
  seat: TemporarilyDisconnectedSeat,
  effects: readonly Effect[],
  now: number,
  policy: SeatPolicy,
): Transition {
  const deadline = deadlineOf(seat, policy);
  if (deadline === null || now < deadline) return { seat, effects };
  const { seat: left, effects: more } = leave(seat, "grace_expired", now, "reconnectionRefused");
  return { seat: left, effects: [...effects, ...more] };
}
