// What a client missed: answers our client's `presence_resume` with everything that was announced since, if all of it
// is still known, and with where it stands now. Changes nothing.
import type { Clock } from "../../clock.ts";
import type { Backlog } from "../../connections/backlog.ts";
import type { ConnectedClient, Connection } from "../../connections/connection.ts";
import type { Connections } from "../../connections/connections.ts";
import type { PingLoop } from "../../connections/ping-loop.ts";
import { type PresenceResume, type PresenceResumed, presenceResumedType } from "../../protocol/session.ts";
import type { PresenceLog } from "../../seats/presence-log.ts";
import type { DetailsMessages } from "../details/details-messages.ts";
import type { Mailboxes } from "./mailboxes.ts";
import type { Outboxes } from "./outboxes.ts";
import type { RoomShell, Speakers } from "../ports.ts";

/** A client asks for what it missed once for each connection; again soon after, it is not answered. */
const replaySpacingMs = 1000;

interface Parts {
  readonly connections: Pick<Connections, "backlog">;
  readonly backlog: Backlog;
  readonly outboxes: Pick<Outboxes, "storedOf">;
  readonly mailboxes: Pick<Mailboxes, "resumed">;
  readonly details: Pick<DetailsMessages, "asked" | "ended">;
  readonly room: Pick<RoomShell, "lastPatchOf">;
  readonly pings: Pick<PingLoop, "intervalMs" | "detectionMs">;
  readonly clock: Clock;
}

export class Replay {
  readonly #speakers: Speakers;
  readonly #history: PresenceLog;
  readonly #parts: Parts;

  constructor(speakers: Speakers, history: PresenceLog, parts: Parts) {
    this.#speakers = speakers;
    this.#history = history;
    this.#parts = parts;
  }

  /**
   * Sends a client what it missed since the position that it names, if that can be given whole, and where it stands now.
   * One that asks too often is not answered; one that has not taken what it was sent before, when it has.
   */
  resume(client: ConnectedClient, missedFrom: PresenceResume): void {
    const { connection } = client;
    if (connection !== undefined) connection.wantsSignsOfLife = missedFrom.signs_of_life === true;
    if (connection === undefined || !this.#mayReplay(connection)) return;
    if (this.#parts.backlog.isBehind(connection.socket)) connection.postponed = missedFrom;
    else this.#answer(client, missedFrom);
  }

  /** A client has taken all that waited for it. */
  caughtUp(connection: Connection): void {
    const { client, postponed, isGone } = connection;
    if (postponed === undefined || isGone) return;
    connection.postponed = undefined;
    this.#answer(client, postponed);
  }

  /** A connection is over: it is told nothing more. */
  ended(connection: Connection): void {
    this.#parts.details.ended(connection);
  }

  #answer(client: ConnectedClient, missedFrom: PresenceResume): void {
    client.send(presenceResumedType, this.#answerTo(client, missedFrom));
    this.#parts.mailboxes.resumed(client, missedFrom.told);
    if (missedFrom.event_details === true && client.connection !== undefined)
      this.#parts.details.asked(client.connection);
  }

  #answerTo(client: ConnectedClient, missedFrom: PresenceResume): PresenceResumed {
    const { clock, backlog, connections, room, outboxes, pings } = this.#parts;
    const now = clock.now();
    const events = backlog.hasRoomFor(connections.backlog) ? this.#history.since(missedFrom, now) : undefined;
    const seat = this.#speakers.seatOf(client);
    const patch = room.lastPatchOf(client);
    const signs = { sign_of_life_interval_ms: pings.intervalMs, detection_ms: pings.detectionMs };
    return {
      ...(patch === undefined ? {} : { patch }),
      ...(missedFrom.signs_of_life === true ? signs : {}),
      resumed: events !== undefined,
      ...this.#history.position,
      events: [...(events ?? [])],
      joined_at: seat?.joinedAt ?? 0,
      outbox: seat === undefined ? null : outboxes.storedOf(seat),
      server_time: now,
    };
  }

  #mayReplay(connection: Connection): boolean {
    const now = this.#parts.clock.now();
    if (now - connection.replayedAt < replaySpacingMs) return false;
    connection.replayedAt = now;
    return true;
  }
}
