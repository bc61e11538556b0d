// Tells clients that asked for it what a host has said of the event: once, and again with each change that is stored; hosts
// are told more than others. What many are sent is encoded once, and nobody is sent again what it has. Owns who has asked.
import type { Connection } from "../../connections/connection.ts";
import type { EventDetails } from "../../protocol/event-details.ts";
import { eventDetailsType } from "../../protocol/session.ts";
import type { Details, DetailsListener } from "./details.ts";

/** A message as it is encoded for many. Implemented by rooms/internals/message-frames. */
export type SharedMessage = (type: string, payload: unknown) => Uint8Array;

/** Those who are sent the same. */
class Audience {
  readonly #members = new Set<Connection>();
  /** What they have been sent; undefined while nobody has. */
  #sent: Uint8Array | undefined;

  isIn(connection: Connection): boolean {
    return this.#members.has(connection);
  }

  /** Sends one what it has not been sent. */
  add(connection: Connection, message: Uint8Array): void {
    this.#members.add(connection);
    if (this.#sent === undefined || !isSame(this.#sent, message)) this.send(message);
    else connection.client.enqueueRaw(this.#sent);
  }

  remove(connection: Connection): void {
    this.#members.delete(connection);
    if (this.#members.size === 0) this.#sent = undefined;
  }

  get isEmpty(): boolean {
    return this.#members.size === 0;
  }

  /** Sends it to all, unless it is what they have. */
  send(message: Uint8Array): void {
    if (this.#sent !== undefined && isSame(this.#sent, message)) return;
    this.#sent = message;
    for (const { client } of this.#members) client.enqueueRaw(message);
  }
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

export class DetailsMessages implements DetailsListener {
  readonly #details: Pick<Details, "shown" | "shownToHosts">;
  readonly #encoded: SharedMessage;
  readonly #hosts = new Audience();
  readonly #others = new Audience();

  constructor(details: Details, encoded: SharedMessage) {
    this.#details = details;
    this.#encoded = encoded;
    details.listener = this;
  }

  /** A client asks to be told. Asked again over the same connection it is not told again. */
  asked(connection: Connection): void {
    const audience = this.#audienceOf(connection);
    if (audience.isIn(connection) || connection.isGone) return;
    const { isHost } = connection;
    audience.add(connection, this.#message(isHost ? this.#details.shownToHosts() : this.#details.shown()));
  }

  /** A connection is over. */
  ended(connection: Connection): void {
    this.#audienceOf(connection).remove(connection);
  }

  detailsChanged(): void {
    if (!this.#hosts.isEmpty) this.#hosts.send(this.#message(this.#details.shownToHosts()));
    if (!this.#others.isEmpty) this.#others.send(this.#message(this.#details.shown()));
  }

  #audienceOf({ isHost }: Connection): Audience {
    return isHost ? this.#hosts : this.#others;
  }

  #message(details: EventDetails): Uint8Array {
    return this.#encoded(eventDetailsType, details);
  }
}
