// What a phone has asked of its room and has no answer to: requests, which end with their connection, and what it publishes,
// which is sent again over every connection until the room has stored it.
import {
  outboxPublishType,
  outboxWindow,
  type OutboxAck,
  type OutboxPosition,
} from "../../protocol/session.ts";
import { answered, messageFrame, requestFrame } from "./frames.ts";
import { ConnectionLost, MessageRefused } from "./refused.ts";

interface Awaited {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface Published extends Awaited {
  readonly n: number;
  readonly message: { readonly type: string; readonly payload?: unknown };
}

/** Where frames go. Implemented by testing/phone/wire-connection. */
export interface Wire {
  send(frame: Uint8Array): void;
}

export class Outgoing {
  readonly #stream: string;
  #requests = 0;
  readonly #requested = new Map<number, Awaited & { readonly type: string }>();
  #published = 0;
  #unacknowledged: Published[] = [];

  /** @param stream the name of the phone's outbox */
  constructor(stream: string) {
    this.#stream = stream;
  }

  request(wire: Wire, type: string, payload: unknown): Promise<unknown> {
    const no = ++this.#requests;
    const answer = new Promise<unknown>((resolve, reject) =>
      this.#requested.set(no, { type, resolve, reject }),
    );
    wire.send(requestFrame(no, type, payload));
    return answer;
  }

  answer(no: number, status: number, payload: unknown): void {
    const requested = this.#requested.get(no);
    this.#requested.delete(no);
    if (status === answered.ok) requested?.resolve(payload);
    else requested?.reject(refusalOf(payload));
  }

  /** @param wire undefined while the phone is away: it is sent when it is back */
  publish(wire: Wire | undefined, type: string, payload: unknown): Promise<unknown> {
    const n = ++this.#published;
    const message = payload === undefined ? { type } : { type, payload };
    const done = new Promise<unknown>((resolve, reject) =>
      this.#unacknowledged.push({ n, message, resolve, reject }),
    );
    wire?.send(messageFrame(outboxPublishType, { stream: this.#stream, first: n, messages: [message] }));
    return done;
  }

  /** How far the room is with the outbox. */
  acknowledged({ stream, last, refused, error }: Partial<OutboxAck> & OutboxPosition): void {
    if (stream !== this.#stream && error === undefined) return;
    const waiting = this.#unacknowledged;
    this.#unacknowledged = waiting.filter(({ n }) => n > last && error === undefined);
    for (const { n, resolve, reject } of waiting) {
      if (error !== undefined) reject(new MessageRefused(error));
      else if (n <= last) {
        const refusal = refused.find((each) => each.n === n);
        if (refusal === undefined) resolve(undefined);
        else reject(new MessageRefused(refusal.error));
      }
    }
  }

  /** A connection has begun, and the room has said how far it is: the rest is sent again. */
  resume(wire: Wire): void {
    const waiting = this.#unacknowledged.slice(0, outboxWindow);
    for (const { n, message } of waiting)
      wire.send(messageFrame(outboxPublishType, { stream: this.#stream, first: n, messages: [message] }));
  }

  /** A newer page of the same device goes on with the outbox, which is the device's: its numbers, and what waits in it. */
  handOver(to: Outgoing): void {
    to.#published = this.#published;
    to.#unacknowledged = this.#unacknowledged;
    this.#unacknowledged = [];
  }

  /** The connection is gone, and with it the answers to its requests. */
  lost(): void {
    const requested = [...this.#requested.values()];
    this.#requested.clear();
    for (const { type, reject } of requested) reject(new ConnectionLost(`request("${type}")`));
  }

  /** The seat is gone: nobody will take what is left. */
  ended(): void {
    const waiting = this.#unacknowledged;
    this.#unacknowledged = [];
    for (const { message, reject } of waiting) reject(new ConnectionLost(`publish("${message.type}")`));
  }
}

function refusalOf(payload: unknown): MessageRefused {
  const { message, code } = (payload ?? {}) as { message?: string; code?: number };
  return new MessageRefused(message ?? "The room refused it", code);
}
