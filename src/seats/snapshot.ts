// A seat as it survives its process, and what becomes of it when another process reads it.
// Pure: versioned records in, seats out. Sockets and attempts do not survive; nobody is connected to a new process.
import type { DisconnectReason } from "../protocol/messages.ts";
import type { OutboxTaken } from "./outbox.ts";
import type { HeldSeat, SeatPolicy, Session, TemporarilyDisconnectedSeat } from "./seat.ts";

/**
 * Raise it with a change of SeatRecord that an older version would misread: it refuses what is newer. In a rolling
 * deploy older ones read records too, so a field that they may ignore is added without.
 */
export const recordVersion = 2;

/** A seat as it is stored: what a restart needs of it, and no secret in clear. */
export interface SeatRecord {
  /** 2: `outbox`, `extendedByMs`. */
  readonly version: number;
  readonly deviceId: string;
  readonly userId: string;
  readonly displayName: string;
  readonly proof: string;
  readonly session: Session;
  readonly joinedAt: number;
  readonly lastHeartbeatAt: number;
  readonly outbox?: OutboxTaken | null;
  /** Null while it was connected. */
  readonly away: {
    readonly disconnectedAt: number;
    readonly graceExpiresAt: number;
    readonly reason: DisconnectReason;
    readonly extendedByMs?: number;
    /** Left out by versions up to 0.1.0. */
    readonly gracePeriodMs?: number;
  } | null;
}

export function recordOf(seat: HeldSeat): SeatRecord {
  const { deviceId, userId, displayName, proof, joinedAt, lastHeartbeatAt, outbox } = seat;
  // A return by join that is in flight has been given its token: after a restart that one is good.
  const session = (seat.status === "connected" ? undefined : seat.attempt?.session) ?? seat.session;
  const away = seat.status === "temporarily_disconnected" ? absenceOf(seat) : null;
  return {
    version: recordVersion,
    deviceId,
    userId,
    displayName,
    proof,
    session,
    joinedAt,
    lastHeartbeatAt,
    outbox,
    away,
  };
}

function absenceOf(seat: TemporarilyDisconnectedSeat) {
  const { disconnectedAt, graceExpiresAt, reason, extendedByMs, gracePeriodMs } = seat;
  return { disconnectedAt, graceExpiresAt, reason, extendedByMs, gracePeriodMs };
}

/** The grace that an absence began with; for a record that does not say, no shorter than its deadline promises. */
function grantedMs({ away }: SeatRecord, policy: SeatPolicy): number {
  if (away === null) return policy.gracePeriodMs;
  const promisedMs = away.graceExpiresAt - away.disconnectedAt - (away.extendedByMs ?? 0);
  return away.gracePeriodMs ?? Math.max(policy.gracePeriodMs, promisedMs);
}

/**
 * The seat that a record becomes in a process that starts `now`, when its last owner was alive at `lastAliveAt`.
 * [D3] Those who were away keep what was left of their grace, 0 to a full one of the process that announced it [K15];
 * time without an owner is charged to nobody. Those who were connected get a full grace, with reason `server_restart`.
 * What a host added is kept.
 * @throws Error for a record of a newer version.
 */
export function restoreSeat(
  record: SeatRecord,
  eventId: string,
  now: number,
  lastAliveAt: number,
  policy: SeatPolicy,
): TemporarilyDisconnectedSeat {
  if (record.version > recordVersion)
    throw new Error(`a seat was stored by a newer version (${record.version})`);
  const { deviceId, userId, displayName, proof, session, joinedAt, lastHeartbeatAt, away } = record;
  const gracePeriodMs = grantedMs(record, policy);
  const fullMs = gracePeriodMs + (away?.extendedByMs ?? 0);
  const leftMs = away === null ? fullMs : away.graceExpiresAt - lastAliveAt;
  const remainingMs = Math.min(fullMs, Math.max(0, leftMs));
  return {
    eventId,
    deviceId,
    userId,
    displayName,
    proof,
    session,
    joinedAt,
    hasSentHeartbeat: false,
    lastHeartbeatAt,
    lastFrameAt: now,
    outbox: record.outbox ?? null,
    status: "temporarily_disconnected",
    disconnectedAt: away?.disconnectedAt ?? now,
    graceExpiresAt: now + remainingMs,
    gracePeriodMs,
    reason: away?.reason ?? "server_restart",
    extendedByMs: away?.extendedByMs ?? 0,
    attempt: null,
    announceAt: null, // whoever comes sees it in the first state
    flaps: null,
  };
}
