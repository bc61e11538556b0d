// A participant without any package: HTTP and WebSocket of the runtime, and the frames beside. Joins, beats, is told of others,
// drops, comes back in each of the three ways, publishes exactly once, handles what it is told exactly once, leaves.
import { request } from "node:http";
import { acknowledgement, code, type Frame, messageFrame, readFrame, type Value } from "./frames.ts";

/** What a place was kept as. */
interface Reservation {
  readonly roomId: string;
  readonly processId: string;
  readonly sessionId: string;
  readonly publicAddress?: string;
}

/** A refusal of the server's, as its body says. */
export class Refused extends Error {
  readonly reason: string;
  /** When to ask again, in ms; undefined when the server does not know. */
  readonly retryAfterMs: number | undefined;

  constructor(sentence: string, reason: string, retryAfterMs: number | undefined) {
    super(sentence);
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Who the participant is: the same after a restart of the app, so keep it before the first join. */
export interface Identity {
  readonly event_id: string;
  readonly device_id: string;
  readonly session_token: string;
  readonly display_name?: string;
}

/** One message of the room. */
export interface Message {
  readonly type: string;
  readonly payload: Value | undefined;
}

export class RawClient {
  readonly #server: string;
  readonly #identity: Identity;
  #reservation: Reservation | undefined;
  #token = "";
  #socket: WebSocket | undefined;
  /** The code of its socket's end. */
  #closedWith: number | undefined;
  readonly #messages: Message[] = [];
  readonly #waiting = new Set<() => void>();
  /** How far it has handled what its seat was told: an app would store this. */
  #told = { joined_at: 0, through: 0 };
  #beats: ReturnType<typeof setInterval> | undefined;

  /** @param server its address, `http://host:port` */
  constructor(server: string, identity: Identity) {
    this.#server = server;
    this.#identity = identity;
  }

  /** Takes the seat, or comes back to it, by a join. @throws Refused */
  async join(): Promise<void> {
    this.#reservation = await this.#ask("joinOrCreate/event", { ...this.#identity });
    await this.#connect({});
  }

  /** Comes back by the reconnection token over HTTP, as an app does that was restarted. @throws Refused */
  async returnByToken(): Promise<void> {
    const { roomId } = this.#reserved();
    this.#reservation = await this.#ask(`reconnect/${roomId}`, { reconnectionToken: this.#token });
    await this.#connect({ reconnectionToken: this.#token });
  }

  /** Comes back by its socket alone, as a living app does. */
  async returnBySocket(): Promise<void> {
    await this.#connect({ reconnectionToken: this.#token, skipHandshake: "1" });
  }

  /** Loses its socket, without a goodbye: the seat is kept. */
  async drop(): Promise<void> {
    this.#socket?.close();
    await this.#until("the socket's end", () => this.#closedWith !== undefined);
  }

  /** Gives the seat up. */
  async leave(): Promise<number> {
    this.#send(new Uint8Array([code.leaveRoom]));
    await this.#until("the goodbye", () => this.#closedWith !== undefined);
    return this.#closedWith ?? 0;
  }

  send(type: string, payload?: Value): void {
    this.#send(messageFrame(type, payload));
  }

  /** The first message that has come and `fits`, also one that came already. @throws after 10 s */
  async saw(what: string, fits: (message: Message) => boolean): Promise<Message> {
    await this.#until(what, () => this.#messages.some(fits));
    return this.#messages.find(fits) as Message;
  }

  /** Forgets the messages that have come. */
  forget(): void {
    this.#messages.length = 0;
  }

  #reserved(): Reservation {
    if (this.#reservation === undefined) throw new Error("join first");
    return this.#reservation;
  }

  /** Asks for a place. */
  #ask(path: string, options: object): Promise<Reservation> {
    const body = JSON.stringify(options);
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      const asked = request(`${this.#server}/matchmake/${path}`, { method: "POST", headers }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.on("end", () => {
          try {
            const answer = JSON.parse(text);
            if (response.statusCode === 200) resolve(answer);
            else reject(new Refused(answer.error, answer.reason, answer.retry_after_ms));
          } catch {
            reject(new Error(`no answer of the server's: ${response.statusCode}`));
          }
        });
      });
      asked.on("error", reject).end(body);
    });
  }

  /** Opens the socket of the reservation, and is in when the first state has come. */
  async #connect(query: Record<string, string>): Promise<void> {
    const { processId, roomId, sessionId, publicAddress } = this.#reserved();
    const base = publicAddress === undefined ? this.#server.replace("http", "ws") : `ws://${publicAddress}`;
    const search = new URLSearchParams({ sessionId, ...query });
    const socket = new WebSocket(`${base}/${processId}/${roomId}?${search}`);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    this.#closedWith = undefined;
    let hasState = false;
    socket.addEventListener("message", ({ data }) => {
      const frame = readFrame(new Uint8Array(data as ArrayBuffer));
      hasState ||= frame.code === code.state;
      this.#receive(frame);
    });
    socket.addEventListener("close", ({ code: closedWith }) => {
      if (socket !== this.#socket) return; // an older one's
      clearInterval(this.#beats);
      this.#closedWith = closedWith;
      this.#wake();
    });
    await this.#until("the first state", () => hasState || this.#closedWith !== undefined);
    if (!hasState) throw new Error(`the socket was closed with ${this.#closedWith}`);
    this.#beats = setInterval(() => this.send("heartbeat"), 10_000);
  }

  #receive(frame: Frame): void {
    if ("token" in frame) {
      this.#token = frame.token;
      this.#send(acknowledgement());
      this.send("presence_resume", { told: { ...this.#told } });
    } else if ("type" in frame) {
      if (frame.type === "told" && !this.#isNew(frame.payload)) return;
      this.#messages.push(frame);
    }
    this.#wake();
  }

  /** Of what is told each message is handled once, in order; a repetition is skipped, and acknowledged all the same. */
  #isNew(payload: Value | undefined): boolean {
    const { no, joined_at } = payload as { no: number; joined_at: number };
    const through = this.#told.joined_at === joined_at ? this.#told.through : 0;
    if (no > through) this.#told = { joined_at, through: no }; // an app would handle it, and store this
    this.send("told_ack", { through: this.#told.through });
    return no > through;
  }

  #send(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(bytes);
  }

  #wake(): void {
    for (const look of this.#waiting) look();
  }

  /** Resolves when it holds, looked at whenever something has come. @throws after 10 s */
  #until(what: string, holds: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (done: () => void) => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        done();
      };
      const look = () => void (holds() && end(resolve));
      const timer = setTimeout(() => end(() => reject(new Error(`not within 10 s: ${what}`))), 10_000);
      this.#waiting.add(look);
      look();
    });
  }
}
