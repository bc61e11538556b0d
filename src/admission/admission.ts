// The folder owns the way of a request or an upgrade up to its reservation: who asks, its claim, its turn. It never changes
// a seat, stores nothing, and knows rooms, events and other processes by its ports only.
// This file: a join is read and proven once, asked about in its event's room, and waits for its turn. What comes out is a
// Claim; the secret that came with it goes no further. Matchmaking reserves and answers.
import type { AddressLimits } from "../identity/limits/address-limits.ts";
import type { Caller, Claim, ParticipantClaim } from "../identity/identity.ts";
import type { SeatProofs } from "../identity/seat-proofs.ts";
import { roomIdOf, seatKeyOf } from "../protocol/event-key.ts";
import { parseJoinOptions } from "../protocol/incoming/join-options.ts";
import type { EventOwner } from "./event-owner.ts";
import type { Closable, JoinQueue } from "./join-queue.ts";
import { beingClosed, noSuchEvent, otherType, restarting, tooManyEvents } from "./refusals.ts";
import type { AdmittingRoom, RoomDirectory } from "./room-directory.ts";

/** What a join's path says beside its options. */
export interface Wanted {
  /** The name of the type that the event has to be of; undefined is any, and the default one for a new event. */
  readonly type?: string;
  /** It must not open the event. */
  readonly mustExist?: boolean;
}

/** Settings of these names, in lower case. */
export interface OpeningSettings {
  /** How many events may be open here at once. */
  readonly maxEvents: number;
  /** Whose joins may open events. */
  readonly eventCreation: "anyone" | "hosts" | "server";
}

/** A join that has been let in, and the room that did. */
export interface Admitted {
  /** As its address's budgets know it. */
  readonly claim: Claim;
  /** As the room gets it. */
  readonly granted: Claim;
  readonly roomId: string;
}

/** One join, and what is known of it. */
interface Join {
  readonly claim: Claim;
  readonly roomId: string;
  readonly caller: Caller;
  readonly wanted: Wanted;
}

/** A room that has let a join in, and as what. */
interface LetIn {
  readonly room: AdmittingRoom;
  readonly who: "return" | "join";
}

export class Admission {
  readonly #proofs: SeatProofs;
  readonly #limits: AddressLimits;
  readonly #queue: JoinQueue;
  readonly #rooms: RoomDirectory;
  readonly #owner: EventOwner;
  readonly #settings: OpeningSettings;

  constructor(
    proofs: SeatProofs,
    limits: AddressLimits,
    queue: JoinQueue,
    rooms: RoomDirectory,
    owner: EventOwner,
    settings: OpeningSettings,
  ) {
    this.#proofs = proofs;
    this.#limits = limits;
    this.#queue = queue;
    this.#rooms = rooms;
    this.#owner = owner;
    this.#settings = settings;
  }

  /**
   * Lets a join in. Resolves when its turn has come and its event's room is open; that room has admitted it in the same
   * turn of the event loop.
   * @param token the SDK's `client.auth.token`
   * @param options the join options, as they came
   * @param client whose close ends the wait
   * @param wanted what is asked for beside the options
   * @throws Refusal
   */
  async admit(
    token: string | undefined,
    options: unknown,
    caller: Caller,
    client: Closable | undefined,
    wanted: Wanted = {},
  ): Promise<Admitted> {
    if (this.#queue.isShut) throw restarting();
    const request = parseJoinOptions(options, token);
    const mustExist = request.mustExist ?? wanted.mustExist ?? false;
    const claim = await this.#proofs.claim(request, caller);
    const roomId = roomIdOf(claim.eventId);
    await this.#owner.restore(roomId); // or a return would count as a new seat
    try {
      const ask = { claim, roomId, caller, wanted: { ...wanted, mustExist } };
      const letIn = await this.#letIn(ask, client);
      if (claim.role === "observer") return { claim, granted: claim, roomId };
      return { claim, granted: await this.#granted(claim, letIn, ask), roomId };
    } catch (error) {
      this.cameToNothing({ claim, roomId }, caller);
      throw error;
    }
  }

  /** Makes sure that an event that was there before has its room. @throws Refusal 503 */
  async restore(roomId: string): Promise<void> {
    if (this.#queue.isShut) throw restarting();
    await this.#owner.restore(roomId);
  }

  /** A join that was let in has its reservation, for this session. */
  reserved({ claim }: Admitted, sessionId: string): void {
    this.#limits.reserved(claim, sessionId);
  }

  /** A join that was let in, or nearly, has no reservation after all: its address's budgets are as they were. */
  cameToNothing({ claim, roomId }: Pick<Admitted, "claim" | "roomId">, caller: Caller): void {
    this.#limits.giveBack(claim, caller);
    if (this.#rooms.get(roomId) === undefined) this.#limits.ended(claim.eventId);
  }

  async #letIn(join: Join, client: Closable | undefined): Promise<LetIn> {
    const { claim, roomId } = join;
    const room = this.#rooms.get(roomId);
    const who = room === undefined ? this.#mayOpen(join) : this.#ask(room, join);
    const returners =
      who === "join" && room !== undefined && claim.role === "participant"
        ? this.#owner.waitForReturners(roomId)
        : undefined;
    if (returners !== undefined) await returners;
    const seat =
      who === "return" && claim.role === "participant" ? seatKeyOf(roomId, claim.deviceId) : undefined;
    const turn = this.#queue.pass(who, client, seat);
    if (turn !== undefined) await turn;
    if (room !== undefined && turn === undefined && returners === undefined) return { room, who };
    return this.#askAgain(join, room === undefined); // time has passed
  }

  /** What was seen before a wait may have changed; a return's seat waits with it, from now again. */
  async #askAgain(join: Join, isOpening = false): Promise<LetIn> {
    const { claim, roomId, wanted } = join;
    if (this.#rooms.get(roomId) === undefined) {
      this.#checkOpening(join); // it may have gone since
      if (isOpening) this.#checkPlaces(claim);
      await this.#owner.openFor(claim.eventId, { type: wanted.type });
    }
    const { isShut } = this.#queue;
    if (isShut) throw restarting(); // since then
    const room = this.#rooms.get(roomId);
    if (room === undefined) throw beingClosed();
    return { room, who: this.#ask(room, join) };
  }

  /**
   * The author may take its time: nobody waits for this join meanwhile, and what was seen before it is seen again. Who came
   * back to a seat that is gone by then is new, and asked about as one who is; another room of the event has said nothing yet.
   */
  async #granted(claim: ParticipantClaim, { room, who }: LetIn, join: Join): Promise<ParticipantClaim> {
    const requested = room.requestSeat(claim, who);
    if (requested === undefined) return grantedTo(claim, {});
    const own = await requested;
    const now = await this.#askAgain(join);
    const isNewNow = who === "return" && now.who === "join";
    if (now.room !== room || isNewNow) return this.#granted(claim, now, join);
    if (who === "return") return grantedTo(claim, { isReturn: true });
    return grantedTo(claim, own === undefined ? {} : { own });
  }

  /** There is no room that could say no. */
  #mayOpen(join: Join): "join" {
    const { claim, caller } = join;
    this.#checkOpening(join);
    this.#checkPlaces(claim);
    this.#limits.open(claim, caller);
    this.#limits.join(claim, caller);
    return "join";
  }

  /** @throws Refusal 503 where one event more would be too many */
  #checkPlaces({ eventId }: Claim): void {
    const { maxEvents } = this.#settings;
    if (this.#rooms.size >= maxEvents && !this.#rooms.isOpening(eventId)) throw tooManyEvents(maxEvents);
  }

  /** @throws Refusal 404 for a join that may not open an event, 503 where it is not sure that there is none */
  #checkOpening({ claim, roomId, wanted }: Join): void {
    const { eventCreation } = this.#settings;
    const isHost = claim.role === "observer" && claim.isHost;
    const mayOpen = eventCreation === "anyone" || (eventCreation === "hosts" && isHost);
    if (wanted.mustExist !== true && mayOpen) return;
    throw this.#owner.isNew(roomId) ? noSuchEvent(claim.eventId) : beingClosed();
  }

  /** @throws Refusal 409 */
  #checkType(roomId: string, asked: string): void {
    const type = this.#rooms.eventOf(roomId)?.type;
    if (type !== undefined && asked !== type) throw otherType(type, asked);
  }

  /** @throws Refusal */
  #ask(room: AdmittingRoom, { roomId, claim, caller, wanted }: Join): "return" | "join" {
    if (room.isDisposing) throw beingClosed();
    if (wanted.type !== undefined) this.#checkType(roomId, wanted.type);
    return room.admit(claim, caller);
  }
}

/** Options have been read by now; a reservation that waits for its socket needs none of them. */
function grantedTo(
  claim: ParticipantClaim,
  said: Pick<ParticipantClaim, "own" | "isReturn">,
): ParticipantClaim {
  if (claim.options === undefined && Object.keys(said).length === 0) return claim;
  const { options: _, ...granted } = claim;
  return { ...granted, ...said };
}
