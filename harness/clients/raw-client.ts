// A client without the SDK: for what a stock one never does. Joins step by step, acknowledges when told to,
// answers pings or not, stops reading, sends any bytes.
import { Protocol } from "@colyseus/core";
import { WebSocket } from "ws";
import { leaveFrame, messageFrame, readFrame } from "../../src/testing/phone/frames.ts";
import type { JoinOptions } from "./phone.ts";
import { until } from "../wait.ts";

export interface Reservation {
  readonly sessionId: string;
  readonly roomId: string;
  readonly processId: string;
}
export interface Answer {
  readonly status: number;
  readonly code?: number;
  readonly error?: string;
  readonly reservation?: Reservation;
}

/** Asks the matchmaker, with any body. */
export async function matchmake(
  url: string,
  body: unknown,
  { method = "joinOrCreate", room = "event", headers = {} } = {},
): Promise<Answer> {
  const response = await fetch(`${url}/matchmake/${method}/${room}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await response.text();
  const answer = text === "" ? {} : JSON.parse(text);
  return response.ok
    ? { status: response.status, reservation: answer }
    : { status: response.status, code: answer.code, error: answer.error };
}

export interface Message {
  readonly type: string;
  readonly payload: Record<string, unknown> | undefined;
}

export interface RawOptions {
  /** Acknowledge JOIN_ROOM by itself. */
  readonly acknowledges?: boolean;
  readonly autoPong?: boolean;
  /** Decodes nothing after JOIN_ROOM: one of a crowd. */
  readonly isDeaf?: boolean;
  readonly reconnectionToken?: string;
  readonly origin?: string;
}

export class RawClient {
  readonly socket: WebSocket;
  readonly reservation: Reservation;
  readonly messages: Message[] = [];
  readonly codes: number[] = [];
  stateBytes = 0;
  token: string | undefined;
  error: { code: number; message: string } | undefined;
  closedWith: number | undefined;
  #acknowledges: boolean;
  readonly #isDeaf: boolean;

  constructor(url: string, reservation: Reservation, options: RawOptions = {}) {
    this.reservation = reservation;
    this.#acknowledges = options.acknowledges ?? true;
    this.#isDeaf = options.isDeaf ?? false;
    const { processId, roomId, sessionId } = reservation;
    const query = new URLSearchParams({ sessionId });
    if (options.reconnectionToken !== undefined) query.set("reconnectionToken", options.reconnectionToken);
    this.socket = new WebSocket(`${url.replace("http", "ws")}/${processId}/${roomId}?${query}`, {
      autoPong: options.autoPong ?? true,
      ...(options.origin === undefined ? {} : { origin: options.origin }),
    });
    this.socket.on("message", (data: Buffer) => this.#receive(data));
    this.socket.on("close", (code) => {
      this.closedWith = code;
    });
    this.socket.on("error", () => {});
  }

  static async join(url: string, options: JoinOptions, raw: RawOptions = {}): Promise<RawClient> {
    const answer = await matchmake(url, options);
    if (answer.reservation === undefined) throw new Error(`refused: ${answer.code} ${answer.error}`);
    const client = new RawClient(url, answer.reservation, raw);
    await until("JOIN_ROOM", () => client.token ?? client.error ?? client.closedWith, 10_000);
    return client;
  }

  /** A new socket for the same session, as the SDK's automatic reconnection opens it. */
  reconnect(url: string, raw: RawOptions = {}): RawClient {
    return new RawClient(url, this.reservation, { reconnectionToken: this.token as string, ...raw });
  }

  acknowledge(): void {
    this.#acknowledges = true;
    this.socket.send(Buffer.from([Protocol.JOIN_ROOM]));
  }

  beat(): void {
    this.socket.send(messageFrame("heartbeat"));
  }

  /** Says goodbye. */
  leave(): void {
    this.socket.send(leaveFrame);
  }

  /** Stops reading: the kernel's buffers fill, and nothing is answered any more. */
  freeze(): void {
    this.#raw().pause();
  }

  count(type: string): number {
    return this.messages.filter((message) => message.type === type).length;
  }

  #raw(): { pause(): void } {
    return Reflect.get(this.socket, "_socket");
  }

  #receive(data: Buffer): void {
    if (this.#isDeaf && this.token !== undefined) return;
    this.codes.push(data[0] as number);
    const frame = readFrame(data);
    if (frame.kind === "joined") {
      this.token = frame.token;
      if (this.#acknowledges) this.acknowledge();
    } else if (frame.kind === "error") this.error = { code: frame.code, message: frame.sentence };
    else if (frame.kind === "state" || frame.kind === "patch") this.stateBytes += data.length;
    else if (frame.kind === "message")
      this.messages.push({ type: frame.type, payload: frame.payload as Message["payload"] });
  }
}
