// One connection of a phone to its room: a seat asked for over HTTP, and a WebSocket, both by Node's and `ws`'s own code over a
// link in memory. Reads frames; what they mean is its owner's business.
import { request } from "node:http";
import { WebSocket } from "ws";
import { joinRoomByte } from "../../protocol/session.ts";
import type { Link } from "../network/link.ts";
import { type Frame, readFrame } from "./frames.ts";
import { ConnectionLost, JoinRefused } from "./refused.ts";

/**
 * Opens links to a server. Implemented by testing/server/test-server, and for a real
 * server by testing/conformance/real-venue.
 */
export interface Network {
  /** What a request names as the server's host; a name of the kit's own when left out. */
  readonly host?: string;
  connect(): Link;
}

/** A seat that is reserved, as matchmaking answers. */
export interface Reservation {
  readonly roomId: string;
  readonly sessionId: string;
  readonly processId: string;
}

/** Whose connection it is. Implemented by testing/phone/phone. */
export interface ConnectionOwner {
  frameCame(connection: WireConnection, frame: Frame): void;
  /** @param code as the WebSocket was closed; 1006 without a goodbye */
  closed(connection: WireConnection, code: number): void;
}

/**
 * Asks for a seat.
 * @param token a bearer token
 * @throws JoinRefused; ConnectionLost where no server is, or it goes before it has answered
 */
export function reserve(
  network: Network,
  path: string,
  body: object,
  token: string | undefined,
): Promise<Reservation> {
  return post<Reservation>(network, `/matchmake/${path}`, body, token);
}

/**
 * Asks the server something over HTTP.
 * @param token a bearer token
 * @throws JoinRefused for a refusal; ConnectionLost where no server is, or it goes before it has answered
 */
export function post<Answer>(network: Network, path: string, body: object, token?: string): Promise<Answer> {
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        method: "POST",
        path,
        createConnection: () => network.connect() as never,
        headers: {
          host: hostOf(network),
          "content-type": "application/json",
          "content-length": Buffer.byteLength(text),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
      },
      (response) => {
        let answer = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (answer += chunk));
        response.on("end", () => {
          if (response.statusCode === 200) resolve(JSON.parse(answer) as Answer);
          else reject(refusalOf(response.statusCode ?? 0, answer));
        });
        response.on("error", () => reject(new ConnectionLost(path)));
      },
    );
    asked.on("error", () => reject(new ConnectionLost(path)));
    asked.end(text);
  });
}

const hostOf = ({ host = "localhost" }: Network): string => host;

function refusalOf(status: number, text: string): JoinRefused {
  try {
    const { code, error, reason, retry_after_ms } = JSON.parse(text);
    return new JoinRefused(code, error, reason, retry_after_ms);
  } catch {
    return new JoinRefused(status, text);
  }
}

export class WireConnection {
  readonly #socket: WebSocket;
  readonly #link: Link;
  readonly #owner: ConnectionOwner;
  readonly reservation: Reservation;
  /** The room's error, which a close follows. */
  #refusal: JoinRefused | undefined;
  #isOver = false;

  /** @param reconnectionToken of the session that returns; its first connection has none */
  constructor(
    network: Network,
    reservation: Reservation,
    reconnectionToken: string | undefined,
    owner: ConnectionOwner,
  ) {
    this.reservation = reservation;
    this.#owner = owner;
    this.#link = network.connect();
    const { processId, roomId, sessionId } = reservation;
    const query = new URLSearchParams({ sessionId });
    if (reconnectionToken !== undefined) query.set("reconnectionToken", reconnectionToken);
    this.#socket = new WebSocket(`ws://${hostOf(network)}/${processId}/${roomId}?${query}`, {
      createConnection: () => this.#link as never,
      perMessageDeflate: false,
    });
    this.#socket.on("message", (bytes: Buffer) => this.#received(bytes));
    this.#socket.on("error", () => {}); // a close follows
    this.#socket.on("close", (code) => this.#closed(code));
    this.#socket.on("unexpected-response", (_request, response) => {
      let answer = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (answer += chunk));
      response.on("end", () => {
        this.#refusal = refusalOf(response.statusCode ?? 0, answer);
        this.#closed(1006);
      });
    });
  }

  /** Why the server did not want it; undefined for one that was merely lost. */
  get refusal(): JoinRefused | undefined {
    return this.#refusal;
  }

  get isOpen(): boolean {
    return !this.#isOver && this.#socket.readyState === WebSocket.OPEN;
  }

  send(frame: Uint8Array): void {
    if (this.isOpen) this.#socket.send(frame);
  }

  /** Says that JOIN_ROOM has been read. */
  acknowledge(bytes: Uint8Array = Buffer.from([joinRoomByte])): void {
    this.send(bytes);
  }

  /** The page goes, as a browser closes its sockets. */
  goAway(): void {
    this.#socket.close(1001);
  }

  /** The network resets the connection; nobody has said goodbye. */
  cut(): void {
    this.#link.cut();
    this.#closed(1006);
  }

  /** Nothing gets through any more; the server finds out by itself. For its owner it is gone. */
  strand(): void {
    this.#link.strand();
    this.#closed(1006);
  }

  #received(bytes: Buffer): void {
    if (this.#isOver) return;
    const frame = readFrame(bytes);
    if (frame.kind === "error") this.#refusal = new JoinRefused(frame.code, frame.sentence);
    this.#owner.frameCame(this, frame);
  }

  #closed(code: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#owner.closed(this, code);
  }
}
