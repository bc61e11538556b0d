// Where does a request belong? To the process that owns its event: here, there, or wherever it will be in a moment.
// An event without an owner becomes this process's; a request waits, within a bound, while that is decided.
import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Clock } from "../clock.ts";
import { peerSecretHeader } from "../protocol/peer-headers.ts";
import { Refusal } from "../protocol/refusal.ts";
import { UnservedType } from "../protocol/unserved-type.ts";
import type { Held } from "./held.ts";
import type { Member } from "./member.ts";
import type { RedisLeases } from "./redis-leases.ts";
import { clusterUnreachable, eventIsMoving } from "./refusals.ts";

export type Route =
  | { readonly to: "here"; readonly held: Held | undefined }
  | { readonly to: "there"; readonly address: string };

export interface Asked {
  readonly roomId: string;
  /** Known for a join; without it an event that nobody knows is not made. */
  readonly eventId?: string | undefined;
  /** By which type's name it is asked for; a new event is of it. */
  readonly type?: string | undefined;
  /** Asked by another process: it is answered here or not at all. */
  readonly isFromPeer: boolean;
}

const pollMs = 60;

export type Outcome = "done" | "moved";

/** What goes where its event is. */
export interface RouteFollower {
  /** Called with where it belongs, again whenever it resolves with "moved". */
  follow(route: Route): Promise<Outcome>;
}

export class Router {
  readonly #member: Member;
  readonly #leases: RedisLeases;
  readonly #clock: Clock;
  readonly #limitMs: number;

  constructor(parts: { member: Member; leases: RedisLeases; clock: Clock }, leaseMs: number) {
    this.#member = parts.member;
    this.#leases = parts.leases;
    this.#clock = parts.clock;
    this.#limitMs = 2 * leaseMs + 1000; // a lease that has to run out, and a process that has to warm up
  }

  isFromPeer({ headers }: Pick<IncomingMessage, "headers">): boolean {
    const [given, secret] = [headers[peerSecretHeader], this.#member.secret].map((text) =>
      Buffer.from(String(text)),
    );
    if (this.#member.secret === "" || given?.length !== secret?.length) return false;
    return timingSafeEqual(given as Buffer, secret as Buffer);
  }

  /**
   * Sends a request where it belongs, again whenever its event has moved meanwhile.
   * @throws Refusal 503 when that could not be decided in time.
   */
  async route(asked: Asked, follower: RouteFollower): Promise<void> {
    const until = this.#clock.now() + this.#limitMs;
    for (;;) {
      const route = await this.#locate(asked);
      if (route !== undefined && (await follower.follow(route)) === "done") return;
      if (asked.isFromPeer || this.#clock.now() > until) throw eventIsMoving();
      await new Promise((resolve) => this.#clock.after(pollMs, () => resolve(undefined)));
    }
  }

  /** Undefined while nobody can say. */
  async #locate({ roomId, eventId, type, isFromPeer }: Asked): Promise<Route | undefined> {
    const held = this.#member.held(roomId);
    if (held !== undefined) return held.isLeaving ? undefined : { to: "here", held };
    const address = this.#member.isDraining
      ? await this.#ask(() => this.#leases.addressOf(roomId))
      : undefined;
    if (address !== undefined && address !== this.#member.address) return { to: "there", address };
    if (this.#member.isDraining) return undefined;
    const claimed = await this.#ask(() => this.#member.claim(roomId, eventId, type));
    if ("roomId" in claimed) return claimed.isLeaving ? undefined : { to: "here", held: claimed };
    if (claimed.is === "theirs") return isFromPeer ? undefined : { to: "there", address: claimed.address };
    if (claimed.is === "unserved") {
      if (isFromPeer) return undefined;
      if (claimed.address === "") throw new UnservedType(claimed.type);
      return { to: "there", address: claimed.address };
    }
    if (claimed.is === "unknown") return { to: "here", held: undefined };
    return undefined;
  }

  /** Whether `address` is still where the event is. */
  async isStillAt(roomId: string, address: string): Promise<boolean> {
    return (await this.#leases.addressOf(roomId).catch(() => address)) === address;
  }

  async #ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    try {
      return await question();
    } catch (error) {
      if (error instanceof Refusal) throw error;
      throw clusterUnreachable();
    }
  }
}
