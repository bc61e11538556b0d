// Implements admission's port Carrier: stands at the gate of this process and sends on what belongs to another: joins and
// reconnections over HTTP, WebSockets, and the message between processes that an event is free to take.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { text as textOf } from "node:stream/consumers";
import { isEventRoomId, roomIdOf } from "../../protocol/event-key.ts";
import { whyNotAnEventId } from "../../protocol/incoming/join-options.ts";
import { type Creation, type DescribedCreation, parseCreation } from "../../protocol/incoming/opening.ts";
import { Refusal } from "../../protocol/refusal.ts";
import type { Member } from "../member.ts";
import { notNow } from "../refusals.ts";
import { movedHeader } from "../../protocol/peer-headers.ts";
import type { Asked, Router } from "../router.ts";
import { Adoption, offeredRoom } from "./adoption.ts";
import type { Answering, Upgrading } from "./answering.ts";
import { answerCreation, isCreation, type LocalCreation, RoutedCreation } from "./routed-creation.ts";
import { RoutedJoin } from "./routed-join.ts";
import type { RoutedRequest } from "./routed-request.ts";
import { RoutedUpgrade } from "./routed-upgrade.ts";
import type { Splices } from "./splices.ts";

/** A matchmaking request's body: as it came, and read. */
export interface JoinBody {
  readonly text: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** A request about an event, with its whole body. */
export interface EventQuestion {
  /** The event's room. */
  readonly roomId: string;
  readonly body: string;
  /** It may be asked again of another process when the first has not answered. */
  readonly isRepeatable: boolean;
}

/** Method, and a room's name or id. */
const matchmakePath = /^\/matchmake\/(\w+)\/([\w-]+)/;
const moved = { [movedHeader]: "1" };

export class RequestCarrier {
  readonly member: Member;
  readonly router: Router;
  readonly splices: Splices;
  #creations!: LocalCreation;

  constructor(member: Member, router: Router, splices: Splices) {
    this.member = member;
    this.router = router;
    this.splices = splices;
  }

  /** True for a request of another process of this cluster: what it says of its client is believed. */
  isFromPeer(request: IncomingMessage): boolean {
    return this.router.isFromPeer(request);
  }

  /** A matchmaking request with its whole body. */
  join(request: IncomingMessage, response: ServerResponse, body: JoinBody, answering: Answering): void {
    const asked = this.#askedBy(request, body);
    if (asked === undefined) return answering.here(); // admission has a sentence for it
    const carried = { request, response, body: body.text, isRepeatable: true };
    return this.#carry(new RoutedJoin(this, asked, carried, answering), answering);
  }

  /** A request about an event; one that nobody knows is not made by it. */
  ask(
    request: IncomingMessage,
    response: ServerResponse,
    { roomId, body, isRepeatable }: EventQuestion,
    answering: Answering,
  ): void {
    const asked = { roomId, isFromPeer: this.isFromPeer(request) };
    const carried = { request, response, body, isRepeatable };
    this.#carry(new RoutedJoin(this, asked, carried, answering), answering);
  }

  /** A WebSocket for a room. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, answering: Upgrading): void {
    const { pathname } = new URL(`ws://server${request.url ?? "/"}`);
    const roomId = pathname.split("/").at(-1) ?? "";
    if (!isEventRoomId(roomId)) return answering.here();
    const asked = { roomId, isFromPeer: this.isFromPeer(request) };
    return this.#carry(new RoutedUpgrade(this, asked, { request, socket, head }, answering), answering);
  }

  /** Called once, at the start: what creates events here. */
  createBy(creations: LocalCreation): void {
    this.#creations = creations;
  }

  /** Makes sure that an event is there, in whichever process. @throws Refusal */
  create(creation: Creation): Promise<DescribedCreation> {
    return this.#create(creation, false);
  }

  async #create(creation: Creation, isFromPeer: boolean): Promise<DescribedCreation> {
    const { eventId, type } = creation;
    const routed = new RoutedCreation(creation, this.member, this.#creations);
    await this.router.route({ roomId: roomIdOf(eventId), eventId, type, isFromPeer }, routed);
    if (routed.created === undefined) throw notNow();
    return routed.created;
  }

  /** A message from another process: take this event, or create one. Returns false when it is nothing of the kind. */
  adopt(request: IncomingMessage, response: ServerResponse): boolean {
    if (isCreation(request) && this.isFromPeer(request)) {
      const asked = textOf(request).then((text) => this.#create(readCreation(text), true));
      void answerCreation(response, asked);
      return true;
    }
    const roomId = offeredRoom(request);
    if (roomId === undefined || !this.isFromPeer(request)) return false;
    const adoption = new Adoption(this.member, roomId, response);
    this.router.route({ roomId, isFromPeer: true }, adoption).then(
      () => adoption.answer(true),
      () => adoption.answer(false),
    );
    return true;
  }

  #carry(request: RoutedRequest, answering: Answering): void {
    request.run().catch((error: unknown) => {
      const refusal = error instanceof Refusal ? error : notNow();
      answering.refuse(refusal, request.asked.isFromPeer ? moved : {});
    });
  }

  #askedBy(request: IncomingMessage, { options }: JoinBody): Asked | undefined {
    const isFromPeer = this.isFromPeer(request);
    const [, method, room = ""] = matchmakePath.exec(request.url ?? "") ?? [];
    if (method === "reconnect" || method === "joinById")
      return isEventRoomId(room) ? { roomId: room, isFromPeer } : undefined;
    const { event_id: eventId } = options;
    if (typeof eventId !== "string" || whyNotAnEventId(eventId) !== undefined) return undefined;
    return { roomId: roomIdOf(eventId), eventId, type: room, isFromPeer };
  }
}

function readCreation(text: string): Creation {
  const creation = parseCreation(text);
  if (creation === undefined) throw new Refusal(400, "This names no event", { reason: "unreadable" });
  return creation;
}
