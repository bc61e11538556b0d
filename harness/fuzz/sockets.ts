// The two kinds of clients: a bystander, whose every heartbeat must be answered, and attackers, who are joined
// whenever they send. Raw `ws` and node:http, for speed.
import { Agent, request } from "node:http";
import { WebSocket } from "ws";
import type { HostileFrame } from "./frames.ts";
import type { HostileRequest } from "./requests.ts";

export interface Answer {
  readonly status: number;
  readonly text: string;
}

const answerWithinMs = 10_000;

/** Sends a request; rejects when no answer comes in time or the connection dies without one. */
export function send(port: number, agent: Agent, question: HostileRequest): Promise<Answer> {
  const { path, headers, body, isChunked } = question;
  const length = isChunked ? {} : { "content-length": String(Buffer.byteLength(body)) };
  const options = {
    host: "127.0.0.1",
    port,
    method: "POST",
    path,
    agent,
    headers: { ...headers, ...length },
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
      );
      response.on("error", reject);
    });
    outgoing.on("error", reject);
    outgoing.setTimeout(answerWithinMs, () =>
      outgoing.destroy(new Error(`no answer in ${answerWithinMs} ms`)),
    );
    if (isChunked) outgoing.write(body);
    outgoing.end(isChunked ? undefined : body);
  });
}

const joinRoom = 10;
const roomState = 14;
const ackType = Buffer.from("heartbeat_ack");
const beat = Buffer.concat([Buffer.from([13, 0xa9]), Buffer.from("heartbeat")]);

/** Where a client joins, and over which connections. */
export interface Venue {
  readonly port: number;
  readonly agent: Agent;
}

interface Joined {
  readonly socket: WebSocket;
  readonly roomId: string;
}

/** Joins as the contract says, and acknowledges. Resolves once the state is there. @throws when it is refused. */
async function join({ port, agent }: Venue, options: object): Promise<Joined> {
  const headers = { "content-type": "application/json" };
  const path = "/matchmake/joinOrCreate/event";
  const { status, text } = await send(port, agent, { path, headers, body: JSON.stringify(options) });
  if (status !== 200) throw new Error(`a good join was refused: ${status} ${text}`);
  const { processId, roomId, sessionId } = JSON.parse(text) as Record<string, string>;
  const socket = new WebSocket(`ws://127.0.0.1:${port}/${processId}/${roomId}?sessionId=${sessionId}`);
  socket.on("error", () => {});
  const code = await new Promise<number | string | undefined>((resolve) => {
    const limit = setTimeout(() => resolve("no state in time"), answerWithinMs);
    socket.once("close", (closedWith) => resolve(closedWith));
    socket.on("message", (data: Buffer) => {
      if (data[0] === joinRoom) socket.send(Buffer.from([joinRoom]));
      if (data[0] !== roomState) return;
      clearTimeout(limit);
      resolve(undefined);
    });
  });
  if (code !== undefined) throw new Error(`a good join had no state: ${code}`);
  return { socket, roomId: roomId as string };
}

const beatEveryMs = 250;

/** A guest who does nothing but beat, in the room that is attacked. */
export class Bystander {
  readonly roomId: string;
  readonly #socket: WebSocket;
  readonly #waiting: number[] = [];
  readonly #timer: NodeJS.Timeout;
  acknowledged = 0;
  worstMs = 0;
  closedWith: number | undefined;

  private constructor({ socket, roomId }: Joined) {
    this.#socket = socket;
    this.roomId = roomId;
    socket.on("close", (code) => {
      this.closedWith = code;
    });
    socket.on("message", (data: Buffer) => {
      const sentAt = data.includes(ackType) ? this.#waiting.shift() : undefined;
      if (sentAt === undefined) return;
      this.acknowledged += 1;
      this.worstMs = Math.max(this.worstMs, performance.now() - sentAt);
    });
    this.#timer = setInterval(() => {
      this.#waiting.push(performance.now());
      socket.send(beat);
    }, beatEveryMs);
  }

  static async join(venue: Venue, eventId: string): Promise<Bystander> {
    const options = { event_id: eventId, device_id: "bystander", session_token: "of the bystander" };
    return new Bystander(await join(venue, options));
  }

  /** How long the oldest unanswered beat has been waiting. */
  get overdueMs(): number {
    const [oldest] = this.#waiting;
    return oldest === undefined ? 0 : performance.now() - oldest;
  }

  get unanswered(): number {
    return this.#waiting.length;
  }

  /** Stops beating, and waits for the answers that are still out. */
  async finish(withinMs: number): Promise<void> {
    clearInterval(this.#timer);
    const deadline = performance.now() + withinMs;
    while (this.#waiting.length > 0 && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 10));
    this.#socket.removeAllListeners("close").terminate();
  }
}

/** The server closes with 4503 above 60 frames a second; a hostile frame and its beat are two. */
const pairsPerWindow = 27;
const windowMs = 1100;
const settleWithinMs = 5000;
const brokenSettlesMs = 150;

/** What became of a hostile frame: the socket lives on, was closed by the server, or by us (broken framing only). */
export type Fate = "lives" | "closed" | "given up";

export class Attacker {
  readonly #venue: Venue;
  readonly #options: object;
  #socket: WebSocket | undefined;
  #pairs = 0;
  #windowEndsAt = 0;

  constructor(venue: Venue, options: object) {
    this.#venue = venue;
    this.#options = options;
  }

  /**
   * Sends one frame on a socket that is joined, and a heartbeat after it: an answer to that, or a close, shows that
   * the frame has been dealt with. @throws when neither comes in time.
   */
  async strike(frame: HostileFrame): Promise<Fate> {
    const socket = await this.#ready();
    const isRaw = frame.as === "raw";
    const fate = fateOf(socket, isRaw ? brokenSettlesMs : settleWithinMs);
    if (isRaw) (Reflect.get(socket, "_socket") as { write(bytes: Buffer): void } | null)?.write(frame.bytes);
    else socket.send(frame.bytes, { binary: frame.as === "binary" });
    socket.send(beat);
    const settled = await fate;
    if (settled === "lives") return settled;
    this.leave();
    // what is left of a broken frame may have swallowed the beat: only then is silence an answer
    if (settled === "given up" && !isRaw)
      throw new Error(`neither an answer nor a close after ${frame.bytes.subarray(0, 40).toString("hex")}`);
    return settled;
  }

  leave(): void {
    this.#socket?.terminate();
    this.#socket = undefined;
  }

  /** A joined socket with room for two more frames in its second. */
  async #ready(): Promise<WebSocket> {
    for (;;) {
      const isOpen = this.#socket?.readyState === WebSocket.OPEN;
      if (isOpen && this.#pairs < pairsPerWindow) break;
      const waitMs = this.#windowEndsAt - performance.now();
      if (isOpen && waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      else if (!isOpen) this.#socket = (await join(this.#venue, this.#options)).socket;
      this.#pairs = 0;
      this.#windowEndsAt = performance.now() + windowMs;
    }
    this.#pairs += 1;
    return this.#socket as WebSocket;
  }
}

function fateOf(socket: WebSocket, withinMs: number): Promise<Fate> {
  return new Promise((resolve) => {
    const settle = (fate: Fate) => {
      clearTimeout(limit);
      socket.off("message", onMessage).off("close", onClose);
      resolve(fate);
    };
    const onMessage = (data: Buffer) => {
      if (data.includes(ackType)) settle("lives");
    };
    const onClose = () => settle("closed");
    const limit = setTimeout(() => settle("given up"), withinMs);
    socket.on("message", onMessage).once("close", onClose);
  });
}
