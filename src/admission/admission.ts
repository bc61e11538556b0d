// The folder owns the way of a request or an upgrade up to its reservation: who asks, its claim, its turn. It never changes
// a seat, stores nothing, and knows rooms, events and other processes by its ports only.
// This file: a join is read and proven once, asked about in its event's room, and waits for its turn. What comes out is a
// Claim; the secret that came with it goes no further. Matchmaking reserves and answers.
import type { AddressLimits } from "../identity/limits/address-limits.ts";
import type { Caller, Claim } from "../identity/identity.ts";
import type { SeatProofs } from "../identity/seat-proofs.ts";
import { roomIdOf, seatKeyOf } from "../protocol/event-key.ts";
import { parseJoinOptions } from "../protocol/join-options.ts";
import { retryHintMs, retryLater } from "../protocol/refusal.ts";
import type { EventOwner } from "./event-owner.ts";
import type { Closable, JoinQueue } from "./join-queue.ts";
import { beingClosed, restarting } from "./refusals.ts";
import type { AdmittingRoom, RoomDirectory } from "./room-directory.ts";

/** A join that has been let in, and the room that did. */
export interface Admitted {
  readonly claim: Claim;
  readonly roomId: string;
}

export class Admission {
  readonly #proofs: SeatProofs;
  readonly #limits: AddressLimits;
  readonly #queue: JoinQueue;
  readonly #rooms: RoomDirectory;
  readonly #owner: EventOwner;
  readonly #maxEvents: number;

  /** @param maxEvents how many events may be open here at once */
  constructor(
    proofs: SeatProofs,
    limits: AddressLimits,
    queue: JoinQueue,
    rooms: RoomDirectory,
    owner: EventOwner,
    maxEvents: number,
  ) {
    this.#proofs = proofs;
    this.#limits = limits;
    this.#queue = queue;
    this.#rooms = rooms;
    this.#owner = owner;
    this.#maxEvents = maxEvents;
  }

  /**
   * Lets a join in. Resolves when its turn has come and its event's room is open; that room has admitted it in the same
   * turn of the event loop.
   * @param token the SDK's `client.auth.token`
   * @param options the join options, as they came
   * @param client whose close ends the wait
   * @throws Refusal
   */
  async admit(
    token: string | undefined,
    options: unknown,
    caller: Caller,
    client: Closable | undefined,
  ): Promise<Admitted> {
    if (this.#queue.isShut) throw restarting();
    const claim = await this.#proofs.claim(parseJoinOptions(options, token), caller);
    const roomId = roomIdOf(claim.eventId);
    await this.#owner.restore(roomId); // or a return would count as a new seat
    try {
      await this.#letIn(claim, roomId, caller, client);
    } catch (error) {
      this.cameToNothing({ claim, roomId }, caller);
      throw error;
    }
    return { claim, roomId };
  }

  /** A join that was let in has its reservation, for this session. */
  reserved({ claim }: Admitted, sessionId: string): void {
    this.#limits.reserved(claim, sessionId);
  }

  /** A join that was let in, or nearly, has no reservation after all: its address's budgets are as they were. */
  cameToNothing({ claim, roomId }: Admitted, caller: Caller): void {
    this.#limits.giveBack(claim, caller);
    if (this.#rooms.get(roomId) === undefined) this.#limits.ended(claim.eventId);
  }

  async #letIn(claim: Claim, roomId: string, caller: Caller, client: Closable | undefined): Promise<void> {
    const room = this.#rooms.get(roomId);
    const who = room === undefined ? this.#mayOpen(claim, caller) : ask(room, claim, caller);
    const returners =
      who === "join" && room !== undefined && claim.role === "participant"
        ? this.#owner.waitForReturners(roomId)
        : undefined;
    if (returners !== undefined) await returners;
    const seat =
      who === "return" && claim.role === "participant" ? seatKeyOf(roomId, claim.deviceId) : undefined;
    const turn = this.#queue.pass(who, client, seat);
    if (turn !== undefined) await turn;
    if (room !== undefined && turn === undefined && returners === undefined) return;
    await this.#askAgain(claim, roomId, caller); // time has passed
  }

  /** What was seen before a wait may have changed; a return's seat waits with it, from now again. */
  async #askAgain(claim: Claim, roomId: string, caller: Caller): Promise<void> {
    if (this.#rooms.get(roomId) === undefined) await this.#owner.openFor(claim.eventId);
    const { isShut } = this.#queue;
    if (isShut) throw restarting(); // since then
    const room = this.#rooms.get(roomId);
    if (room === undefined) throw beingClosed();
    ask(room, claim, caller);
  }

  /** There is no room that could say no. */
  #mayOpen(claim: Claim, caller: Caller): "join" {
    if (this.#rooms.size >= this.#maxEvents)
      throw retryLater(
        `This server already holds its maximum of ${this.#maxEvents} events`,
        10 * retryHintMs,
        "too_many_events",
      );
    this.#limits.open(claim, caller);
    this.#limits.join(claim, caller);
    return "join";
  }
}

/** @throws Refusal */
function ask(room: AdmittingRoom, claim: Claim, caller: Caller): "return" | "join" {
  if (room.isDisposing) throw beingClosed();
  return room.admit(claim, caller);
}
