// What a seat is: one participant's place in one event, keyed by (event_id, device_id); and when time decides something
// for it (grace, quiet time, heartbeat timeout, a takeover's bound).
// A discriminated union: each state owns its own instants, so an illegal read does not compile.
// Pure data. Instants are epoch milliseconds on the caller's monotonic clock; this folder never asks what time it is.
import type { DisconnectReason, LeaveReason, ParticipantStatus } from "../protocol/messages.ts";
import type { Flaps } from "./flaps.ts";
import type { OutboxTaken } from "./outbox.ts";

/** One socket's life; unique for ever, so that what comes late from an old socket is never taken for the new one's. */
export type ConnectionId = string;

/** What is known of somebody beside its user, by its proof of identity (a team, a plan): plain JSON, nothing secret. */
export type Claims = Readonly<Record<string, unknown>>;
export const noClaims: Claims = Object.freeze({});

/** What a stock SDK reconnects with. Only the token's hash is known here. */
export interface Session {
  readonly id: string;
  readonly tokenHash: string;
  /** What was proved when it began, so that they are the same after each reconnection; left out when there are none. */
  readonly claims?: Claims;
}

/** A proven return that has not yet acknowledged JOIN_ROOM. `connection` is null until its socket is here. */
export interface Attempt {
  readonly connection: ConnectionId | null;
  readonly session: Session | null;
  readonly startedAt: number;
  /** Applied when the return completes; undefined keeps the old name. */
  readonly displayName: string | undefined;
}

export interface SeatBase {
  readonly eventId: string;
  readonly deviceId: string;
  readonly userId: string;
  readonly displayName: string;
  /** What a return must prove, opaque here: a salted hash in open mode, "" in token mode. Never leaves the server. */
  readonly proof: string;
  readonly session: Session;
  readonly joinedAt: number;
  /** True once this client (one page or app, over all its reconnections) has sent a `heartbeat`: only then may it time out. */
  readonly hasSentHeartbeat: boolean;
  /** The last `heartbeat` message of this participant; 0 if there was none. */
  readonly lastHeartbeatAt: number;
  /** The last frame of any type: what a heartbeat timeout is measured from. */
  readonly lastFrameAt: number;
  /** How far this seat has taken its client's outbox; null when it never had a message. */
  readonly outbox: OutboxTaken | null;
  /** How often it was announced as away lately; null when it never was. Forgotten by a restart. */
  readonly flaps: Flaps | null;
}

export interface ConnectedSeat extends SeatBase {
  readonly status: "connected";
  readonly connection: ConnectionId;
}

/** A newer connection has closed the live one and has not acknowledged yet. Everyone still sees `connected`. */
export interface ReplacingSeat extends SeatBase {
  readonly status: "replacing";
  readonly replacedAt: number;
  readonly attempt: Attempt;
}

export interface TemporarilyDisconnectedSeat extends SeatBase {
  readonly status: "temporarily_disconnected";
  readonly disconnectedAt: number;
  readonly graceExpiresAt: number;
  /** The grace of this absence when it began; whatever the setting becomes, this is what was announced. */
  readonly gracePeriodMs: number;
  readonly reason: DisconnectReason;
  /** What a host has added to the grace; part of `graceExpiresAt` already. */
  readonly extendedByMs: number;
  readonly attempt: Attempt | null;
  /** When the absence is announced to everyone else, unless it is over by then; null once it is. */
  readonly announceAt: number | null;
}

export interface PermanentlyLeftSeat extends SeatBase {
  readonly status: "permanently_left";
  readonly leftAt: number;
  readonly reason: LeaveReason;
}

/** What a seat keeps through every change of state. */
export function baseOf(seat: SeatBase): SeatBase {
  const { eventId, deviceId, userId, displayName, proof, session } = seat;
  const { joinedAt, hasSentHeartbeat, lastHeartbeatAt, lastFrameAt, outbox, flaps } = seat;
  return {
    eventId,
    deviceId,
    userId,
    displayName,
    proof,
    session,
    joinedAt,
    hasSentHeartbeat,
    lastHeartbeatAt,
    lastFrameAt,
    outbox,
    flaps,
  };
}

/** A seat that somebody owns. */
export type HeldSeat = ConnectedSeat | ReplacingSeat | TemporarilyDisconnectedSeat;
/** A participant's place in one event, in one of its states. */
export type Seat = HeldSeat | PermanentlyLeftSeat;

/** The rules' numbers, in milliseconds. */
export interface SeatPolicy {
  readonly gracePeriodMs: number;
  /** 0 turns the rule off. */
  readonly heartbeatTimeoutMs: number;
  /** A drop that is over sooner is announced to nobody; 0, or left out: all are announced at once. */
  readonly quietTimeMs?: number;
  /** Drops a minute that are announced of one participant; of more, only those that last. 0, or left out: no limit. */
  readonly flapsPerMinute?: number;
}

/** [S8] [S9] how long an expiry waits for a return in flight, and a replaced socket for its replacement. */
export const attemptWindowMs = 5000;

/** A seat that everyone sees as away; undefined for one that is here, or not announced as away yet. */
export function announcedAbsence(seat: Seat | undefined): TemporarilyDisconnectedSeat | undefined {
  return seat?.status === "temporarily_disconnected" && seat.announceAt === null ? seat : undefined;
}

/** What everyone else sees of a held seat. */
export function statusOf(seat: HeldSeat): ParticipantStatus {
  return announcedAbsence(seat) === undefined ? "connected" : "temporarily_disconnected";
}

/** True once the grace period is over, whether or not the expiry has been decided yet. */
export function isGraceExpired(seat: Seat, now: number): boolean {
  if (seat.status === "permanently_left") return seat.reason === "grace_expired";
  return seat.status === "temporarily_disconnected" && now >= seat.graceExpiresAt;
}

/**
 * The next instant at which time alone may change this seat, or null.
 * For a connected seat it is a lower bound: frames move it without anyone knowing, so ask again when it comes.
 */
export function deadlineOf(seat: Seat, policy: SeatPolicy): number | null {
  switch (seat.status) {
    case "connected":
      if (policy.heartbeatTimeoutMs === 0 || !seat.hasSentHeartbeat) return null;
      return seat.lastFrameAt + policy.heartbeatTimeoutMs;
    case "replacing":
      return seat.replacedAt + attemptWindowMs;
    case "temporarily_disconnected":
      return Math.min(seat.announceAt ?? Number.POSITIVE_INFINITY, expiryOf(seat));
    case "permanently_left":
      return null;
  }
}

/** When the seat of one who is away is given up: at its deadline, or when a return in flight has had its time. */
export function expiryOf({ attempt, graceExpiresAt }: TemporarilyDisconnectedSeat): number {
  if (attempt === null) return graceExpiresAt;
  return Math.max(graceExpiresAt, Math.min(attempt.startedAt, graceExpiresAt) + attemptWindowMs);
}
