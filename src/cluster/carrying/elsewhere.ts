// Stands at the gate of this process and sends on what belongs to another: joins and reconnections over HTTP,
// WebSockets, and the word between processes that an event is free to take.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { Refusal, retryHintMs, retryLater } from "../../protocol/refusal.ts";
import { forward } from "./forward.ts";
import type { LocalRooms } from "../local-rooms.ts";
import type { Held } from "../held.ts";
import type { Member } from "../member.ts";
import type { Splices } from "./splices.ts";
import { movedHeader, peerSecretHeader } from "../../protocol/peer-headers.ts";
import type { Asked, Route, Router } from "../router.ts";

export const adoptPath = "/cluster/adopt/";

export interface Answering {
  /** Answers a request with a refusal, and with headers. */
  refuse(refusal: Refusal, headers?: Record<string, string>): void;
  /** Serves it in this process. */
  here(): void;
}
export interface Upgrading extends Answering {
  /** Another process has the socket's seat; it runs through this one. */
  carried(): void;
}

/** How often a request that gets no answer asks whether the owner still lives. */
const askEveryMs = 300;
/** An owner that lives answers in this time (a join's turn, and its commit, may take 7 s), or cannot be reached from here. */
const answerLimitMs = 8000;
/** [K27] All attempts together, with what a request waits before the first of them: it is answered within 10 s. */
const askedLimitMs = 9500;
const reconnectPath = /^\/matchmake\/reconnect\/([\w-]+)/;
const moved = { [movedHeader]: "1" };

export class Elsewhere {
  readonly #member: Member;
  readonly #router: Router;
  readonly #rooms: LocalRooms;
  readonly #splices: Splices;

  constructor(parts: { member: Member; router: Router; rooms: LocalRooms; splices: Splices }) {
    this.#member = parts.member;
    this.#router = parts.router;
    this.#rooms = parts.rooms;
    this.#splices = parts.splices;
  }

  /** True for a request of another process of this cluster: what it says of its client is believed. */
  isFromPeer(request: IncomingMessage): boolean {
    return this.#router.isFromPeer(request);
  }

  /** A matchmaking request with its whole body. */
  join(request: IncomingMessage, response: ServerResponse, body: string, answering: Answering): void {
    const asked = this.#askedBy(request, body);
    if (asked === undefined) return answering.here(); // admission has a sentence for it
    const carry = async (address: string, signal: AbortSignal) => {
      const answer = await forward(request, body, address, this.#member.secret, signal);
      if (answer === "moved") return "moved";
      if (!response.destroyed) response.writeHead(answer.status, answer.headers).end(answer.body);
      return "done";
    };
    const here = async (held: Held | undefined) => {
      if (held !== undefined) response.once("close", this.#member.visit(held));
      if (held !== undefined && asked.eventId === undefined) await this.#member.open(asked.roomId);
      answering.here();
    };
    this.#route(asked, response, here, carry).catch((error: unknown) =>
      this.#refuse(error, asked, answering),
    );
    return undefined;
  }

  /** A WebSocket for a room. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, answering: Upgrading): void {
    const { pathname } = new URL(`ws://server${request.url ?? "/"}`);
    const roomId = pathname.split("/").at(-1) ?? "";
    if (!roomId.startsWith("ev-")) return answering.here();
    const asked = { roomId, isFromPeer: this.isFromPeer(request) };
    const giveUp = () => void socket.destroy();
    socket.on("error", giveUp);
    const carry = async (address: string, signal: AbortSignal) => {
      const { secret } = this.#member;
      const result = await this.#splices.splice(request, socket, head, address, secret, signal);
      if (result === "done") answering.carried();
      return result;
    };
    const here = async (held: Held | undefined) => {
      if (held !== undefined) await this.#member.open(roomId);
      socket.off("error", giveUp);
      if (!socket.destroyed) answering.here();
    };
    this.#route(asked, socket, here, carry).catch((error: unknown) => this.#refuse(error, asked, answering));
    return undefined;
  }

  /** A word from another process: take this event. Returns false when it is nothing of the kind. */
  adopt(request: IncomingMessage, response: ServerResponse): boolean {
    if (!request.url?.startsWith(adoptPath) || !this.isFromPeer(request)) return false;
    const roomId = request.url.slice(adoptPath.length);
    const answer = (status: number) => void response.writeHead(status).end();
    this.#router
      .route({ roomId, isFromPeer: true }, async ({ to }) => {
        if (to === "here") await this.#member.adopt(roomId);
        return "done";
      })
      .then(
        () => answer(204),
        () => answer(503),
      );
    return true;
  }

  #askedBy(request: IncomingMessage, body: string): Asked | undefined {
    const isFromPeer = this.isFromPeer(request);
    const roomId = reconnectPath.exec(request.url ?? "")?.[1];
    if (roomId !== undefined) return roomId.startsWith("ev-") ? { roomId, isFromPeer } : undefined;
    const { event_id: eventId } = JSON.parse(body) as { event_id?: unknown };
    if (typeof eventId !== "string" || eventId === "" || eventId.length > 256 || !eventId.isWellFormed())
      return undefined;
    return { roomId: this.#rooms.idOf(eventId), eventId, isFromPeer };
  }

  async #route(
    asked: Asked,
    client: Duplex | ServerResponse,
    here: (held: Held | undefined) => Promise<void>,
    carry: (address: string, signal: AbortSignal) => Promise<"done" | "moved">,
  ): Promise<void> {
    const until = performance.now() + askedLimitMs;
    await this.#router.route(asked, async (route: Route) => {
      if (client.destroyed) return "done";
      const limitMs = Math.min(answerLimitMs, until - performance.now());
      if (route.to === "there") return this.#watching(asked.roomId, route.address, limitMs, carry);
      await here(route.held);
      return "done";
    });
  }

  /**
   * Carries a request for as long as its addressee owns the event, `limitMs` at most: one that has stopped answers nothing.
   * @throws Refusal 503 when it owns the event, and does not answer.
   */
  async #watching(
    roomId: string,
    address: string,
    limitMs: number,
    carry: (address: string, signal: AbortSignal) => Promise<"done" | "moved">,
  ): Promise<"done" | "moved"> {
    const abort = new AbortController();
    const timer = setInterval(() => {
      void this.#router.isStillAt(roomId, address).then((isThere) => isThere || abort.abort());
    }, askEveryMs);
    const limit = setTimeout(() => abort.abort("late"), limitMs);
    try {
      const result = await carry(address, abort.signal);
      if (result === "done" || abort.signal.reason !== "late") return result;
    } finally {
      clearInterval(timer);
      clearTimeout(limit);
    }
    throw retryLater("The event's server cannot be reached just now", retryHintMs, "unavailable");
  }

  #refuse(error: unknown, { isFromPeer }: Asked, answering: Answering): void {
    const refusal = error instanceof Refusal ? error : retryLater("Not now", retryHintMs);
    answering.refuse(refusal, isFromPeer ? moved : {});
  }
}

/** Offers a free event to another process. Resolves with whether it took it. */
export async function offer(
  address: string,
  roomId: string,
  secret: string,
  limitMs: number,
): Promise<boolean> {
  const headers = { [peerSecretHeader]: secret };
  const signal = AbortSignal.timeout(limitMs);
  return fetch(`http://${address}${adoptPath}${roomId}`, { method: "POST", headers, signal }).then(
    ({ ok }) => ok,
    () => false,
  );
}
