// One request with a JSON body, and its answer: how large the body may be and how long it may take, what of it can be read,
// and how it is answered, or refused. What is asked, and where it is served, its subclasses know.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { directHeader, peerHeader } from "../../protocol/peer-headers.ts";
import { Refusal, type RefusalCode } from "../../protocol/refusal.ts";
import type { Caller } from "../../identity/identity.ts";
import type { Carried } from "../carrier.ts";
import { preflightHeaders } from "./cors.ts";
import { callerOf } from "./peer.ts";
import type { RequestGate } from "./request-gate.ts";
import { bodyWithinMs, limitBodyTime } from "./slow-requests.ts";

/** So long one that was turned away may keep its connection, to read why. */
export const turnedAwayMs = 1000;
const jsonType = /^application\/json(?:\s*;|$)/i;
const bearer = /^bearer +(.+)$/i;

/** Who counts what the gate itself refuses. ops/metrics implements it. */
export interface GateMetrics {
  refused(code: RefusalCode): void;
}

/** Gathers what is written to a socket in one turn of the event loop. Implemented by sync/write-coalescing. */
export interface WriteCoalescer {
  hold(socket: Duplex): void;
}

/** What exchanges share. Implemented by admission/http/http-gate. */
export interface ExchangeParts {
  readonly gate: RequestGate;
  readonly metrics: GateMetrics;
}

/** What a request is answered with. */
export interface JsonAnswer {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

export abstract class JsonExchange implements Carried {
  protected readonly gate: RequestGate;
  protected readonly request: IncomingMessage;
  protected readonly response: ServerResponse;
  readonly #parts: ExchangeParts;
  readonly #writes: WriteCoalescer;
  readonly #maxBytes: number;
  readonly #chunks: Buffer[] = [];
  #size = 0;

  constructor(
    parts: ExchangeParts,
    writes: WriteCoalescer,
    request: IncomingMessage,
    response: ServerResponse,
    maxBytes: number,
  ) {
    this.gate = parts.gate;
    this.#parts = parts;
    this.#writes = writes;
    this.request = request;
    this.response = response;
    this.#maxBytes = maxBytes;
  }

  /** The whole body has come; `text` is JSON, or "" for none. */
  protected abstract received(text: string, value: unknown): void;
  /** What is asked, in this process. Never rejects but with a Refusal. */
  protected abstract answer(): Promise<JsonAnswer>;

  /** False when that is all: it was too large, or a message between processes. */
  begins(): boolean {
    this.gate.receive(this.request);
    this.arrived();
    if (Number(this.request.headers["content-length"]) > this.#maxBytes) {
      this.#tooLarge();
      return false;
    }
    limitBodyTime(this.request, this);
    return this.gate.carrier?.adopt(this.request, this.response) !== true;
  }

  /** It is known whose it is, and nothing more. */
  protected arrived(): void {}

  protected read(): void {
    const parsed = (this.request as { body?: unknown }).body; // by whatever stands in front of us in somebody's express app
    if (parsed !== undefined) return this.#take(parsed);
    this.request.on("data", this.#read).once("end", this.#end);
    this.request.on("error", () => this.response.destroy());
    return undefined;
  }

  /** A body that somebody else has read. What is nested in thousands cannot be written out again, and is nobody's request. */
  #take(value: unknown): void {
    let text: string;
    try {
      text = JSON.stringify(value);
    } catch {
      return this.refuse(tooDeep());
    }
    return this.received(text, value);
  }

  answerPreflight(): void {
    this.response.writeHead(204, preflightHeaders(this.gate.corsHeaders(this.request))).end();
  }

  /** The body has not arrived in time. */
  tooSlow(): void {
    if (this.response.headersSent) this.request.socket.destroy();
    const sentence = `The request body did not arrive within ${bodyWithinMs} ms`;
    this.refuse(new Refusal(400, sentence, { reason: "unreadable" }));
  }

  here(): void {
    void this.#answer();
  }

  /** Refuses without having read the request, or without more of this connection. */
  refuse(refusal: Refusal, headers: Record<string, string> = {}): void {
    const { request, response } = this;
    if (response.headersSent || response.destroyed) return;
    this.#parts.metrics.refused(refusal.code);
    // Not reading a body that we refuse would leave the client waiting for us to: say that the connection ends.
    response.writeHead(refusal.code, {
      ...this.gate.corsHeaders(request),
      ...headers,
      "content-type": "application/json",
      connection: "close",
    });
    response.end(JSON.stringify(refusal.body));
    request.resume();
    response.once("finish", () => setTimeout(() => request.socket.destroy(), turnedAwayMs).unref());
  }

  /** The token that it came with; undefined for none. */
  protected get token(): string | undefined {
    return bearer.exec(this.request.headers.authorization ?? "")?.[1];
  }

  protected get caller(): Caller {
    const { headers } = this.request;
    return callerOf(headers[peerHeader], headers[directHeader], headers);
  }

  readonly #read = (chunk: Buffer): void => {
    this.#size += chunk.length;
    if (this.#size <= this.#maxBytes) this.#chunks.push(chunk);
    else {
      this.request.off("data", this.#read);
      this.request.off("end", this.#end);
      this.#tooLarge();
    }
  };

  readonly #end = (): void => {
    // A type that needs no preflight would let any page's visitors send joins.
    const isJson = this.#size === 0 || jsonType.test(this.request.headers["content-type"] ?? "");
    if (!isJson) return this.refuse(wrongContentType());
    const [first = Buffer.alloc(0)] = this.#chunks;
    const text = (this.#chunks.length > 1 ? Buffer.concat(this.#chunks) : first).toString("utf8");
    let value: unknown;
    try {
      value = text === "" ? undefined : JSON.parse(text);
    } catch {
      return this.refuse(notJson());
    }
    return this.received(text, value);
  };

  async #answer(): Promise<void> {
    const { request, response } = this;
    let answer: JsonAnswer;
    try {
      answer = await this.answer();
    } catch (refused) {
      const { code, body } = refused as Refusal;
      answer = { status: code, body };
    }
    if (response.headersSent || response.destroyed) return;
    const json = JSON.stringify(answer.body);
    this.#writes.hold(request.socket);
    response.writeHead(answer.status, {
      ...this.gate.corsHeaders(request),
      ...answer.headers,
      "content-type": "application/json",
      "content-length": Buffer.byteLength(json),
    });
    response.end(json);
  }

  #tooLarge(): void {
    const sentence = `The request body is larger than ${this.#maxBytes} bytes`;
    this.refuse(new Refusal(413, sentence, { reason: "too_large" }));
  }
}

const wrongContentType = () =>
  new Refusal(400, "The request body must have the content type application/json", {
    reason: "wrong_content_type",
  });
const notJson = () => new Refusal(400, "The request body is not JSON", { reason: "unreadable" });
const tooDeep = () => new Refusal(400, "The request body is nested too deep", { reason: "unreadable" });
