// What our client, beside the contract, may ask of an event: what it missed, its outbox, and, for a host, to act.
// Answers from what the host's parts know; decides nothing about seats.
import type { Client } from "@colyseus/core";
import type { Clock } from "../clock.ts";
import { type PresenceResume, type PresenceResumed, presenceResumedType } from "../protocol/session.ts";
import type { PresenceLog } from "../seats/presence-log.ts";
import type { Roster } from "../seats/roster.ts";
import type { ConnectedSeat } from "../seats/seat.ts";
import type { Backlog } from "../connections/backlog.ts";
import type { Connection } from "../connections/connection.ts";
import type { RoomContext } from "./context.ts";
import type { HostedRoom } from "./hosted-room.ts";
import { Outboxes } from "./outboxes.ts";
import type { CommitBatch } from "./commit-batch.ts";
import type { Sockets } from "../connections/connections.ts";

/** A client asks for what it missed once for each connection; again soon after, it is not answered. */
const replaySpacingMs = 1000;
const repeatSpacingMs = 200;

export class Dialogue {
  readonly outboxes: Outboxes;
  readonly #roster: Roster;
  readonly #sockets: Sockets;
  readonly #history: PresenceLog;
  readonly #clock: Clock;
  readonly #backlog: Backlog;
  readonly #patchOf: HostedRoom["patchOf"];

  constructor(
    { clock, backlog }: RoomContext,
    roster: Roster,
    sockets: Sockets,
    batch: CommitBatch,
    history: PresenceLog,
    room: HostedRoom,
  ) {
    this.#backlog = backlog;
    this.#roster = roster;
    this.#sockets = sockets;
    this.#history = history;
    this.#clock = clock;
    this.#patchOf = (client) => room.patchOf(client);
    this.outboxes = new Outboxes({
      seatOf: (client) => this.seatOf(client),
      seat: (deviceId) => roster.get(deviceId),
      mayRepeat: (client) => this.#mayRepeat(client),
      take: (...message) => room.take(...message),
      remember: ({ deviceId, connection }, outbox) =>
        roster.apply(deviceId, { type: "published", connection, outbox }, clock.now()),
      store: (deviceId, whenStored) => batch.touch(deviceId, whenStored),
    });
  }

  /**
   * Tells a client what it missed since the position that it names, if that can be told whole, and where it stands now.
   * One that asks too often is not answered; one that has not taken what it was sent before, when it has.
   */
  resume(client: Client, missedFrom: PresenceResume): void {
    const connection = this.#sockets.of(client);
    if (connection === undefined || !this.#mayReplay(connection)) return;
    if (this.#backlog.isBehind(connection.socket)) connection.postponed = missedFrom;
    else client.send(presenceResumedType, this.#answerTo(client, missedFrom));
  }

  /** A client has taken all that waited for it. */
  caughtUp(connection: Connection): void {
    const { client, postponed, isGone } = connection;
    if (postponed === undefined || isGone) return;
    connection.postponed = undefined;
    client.send(presenceResumedType, this.#answerTo(client, postponed));
  }

  #answerTo(client: Client, missedFrom: PresenceResume): PresenceResumed {
    const now = this.#clock.now();
    const hasRoom = this.#backlog.hasRoomFor(this.#sockets.backlog);
    const events = hasRoom ? this.#history.since(missedFrom, now) : undefined;
    const seat = this.seatOf(client);
    const patch = this.#patchOf(client);
    return {
      ...(patch === undefined ? {} : { patch }),
      resumed: events !== undefined,
      ...this.#history.position,
      events: [...(events ?? [])],
      joined_at: seat?.joinedAt ?? 0,
      outbox: seat === undefined ? null : this.outboxes.storedOf(seat),
      server_time: now,
    };
  }

  /**
   * The seat that this client speaks for; undefined for an observer, and for one whose socket is not the seat's any
   * more.
   */
  seatOf(client: Client): ConnectedSeat | undefined {
    const connection = this.#sockets.of(client);
    if (connection === undefined || connection.isGone || connection.deviceId === null) return undefined;
    const seat = this.#roster.get(connection.deviceId);
    return seat?.status === "connected" && seat.connection === connection.id ? seat : undefined;
  }

  /** True for an observer whose token makes it a host. */
  isHost(client: Client): boolean {
    const connection = this.#sockets.of(client);
    return connection?.isHost === true && !connection.isGone;
  }

  #mayRepeat(client: Client): boolean {
    const connection = this.#sockets.of(client);
    const now = this.#clock.now();
    if (connection === undefined || now - connection.repeatedAt < repeatSpacingMs) return false;
    connection.repeatedAt = now;
    return true;
  }

  #mayReplay(connection: Connection): boolean {
    const now = this.#clock.now();
    if (now - connection.replayedAt < replaySpacingMs) return false;
    connection.replayedAt = now;
    return true;
  }
}
