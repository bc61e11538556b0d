// Carries a request to the process that owns its event, and the answer back: HTTP as a whole, WebSockets byte by byte.
// Changes nothing of either but for the headers by which processes know each other.
import { Agent, type IncomingMessage, type OutgoingHttpHeaders, request as httpRequest } from "node:http";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { directHeader, peerHeader } from "../protocol/peer-headers.ts";
import { movedHeader, peerSecretHeader } from "./router.ts";

/** What another process needs to know of the one who asks; set by the gate, never by a client. */
export const peerHeaders = [peerHeader, directHeader] as const;

export interface Answer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

const agent = new Agent({ keepAlive: true, maxSockets: 256, scheduling: "lifo" });
/** Between two processes nothing large travels: a reservation, or a refusal. */
const maxAnswerBytes = 1024 * 1024;
const hopByHop: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "content-length",
  "expect",
  "upgrade",
  "proxy-connection",
  "te",
  "trailer",
]);

function target(address: string): { host: string; port: number } {
  const at = address.lastIndexOf(":");
  return { host: address.slice(0, at).replace(/^\[|\]$/g, ""), port: Number(address.slice(at + 1)) };
}

function endToEnd(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.has(name)));
}

/** Asks another process. Resolves with its answer, or with "moved": it has not got the event, or is not there. */
export function forward(
  { method, url, headers }: IncomingMessage,
  body: string,
  address: string,
  secret: string,
  signal: AbortSignal,
): Promise<Answer | "moved"> {
  return new Promise((resolve) => {
    const moved = () => resolve("moved");
    const sent = httpRequest({
      ...target(address),
      method,
      path: url,
      agent,
      signal,
      headers: {
        ...endToEnd(headers),
        [peerSecretHeader]: secret,
        "content-length": Buffer.byteLength(body),
      },
    });
    sent.on("error", moved);
    sent.on("response", (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxAnswerBytes) sent.destroy(new Error("too much of an answer"));
        else chunks.push(chunk);
      });
      response.on("error", moved);
      response.on("close", moved); // only the first word counts
      response.on("end", () => {
        if (response.headers[movedHeader] !== undefined) return moved();
        const answer = { status: response.statusCode ?? 502, headers: endToEnd(response.headers) };
        return resolve({ ...answer, body: Buffer.concat(chunks) });
      });
    });
    sent.end(body);
  });
}

/** The upgrade request as it came, with what the gate has stamped on it. */
function headOf({ url, httpVersion, rawHeaders, headers }: IncomingMessage, secret: string): string {
  const lines = [`GET ${url} HTTP/${httpVersion}`];
  const stamped: ReadonlySet<string> = new Set<string>([...peerHeaders, peerSecretHeader, "host"]);
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (!stamped.has(name.toLowerCase())) lines.push(`${name}: ${rawHeaders[i + 1]}`);
  }
  lines.push(`host: ${headers.host}`, `${peerSecretHeader}: ${secret}`);
  for (const name of peerHeaders) lines.push(`${name}: ${headers[name]}`);
  return `${lines.join("\r\n")}\r\n\r\n`;
}

/** WebSockets of other processes' events that run through this one, by the owner's address. */
export class Splices {
  readonly #open = new Map<string, Set<Duplex>>();

  get size(): number {
    let size = 0;
    for (const sockets of this.#open.values()) size += sockets.size;
    return size;
  }

  /** Cuts what runs to this address, or everything: the clients come back, by whatever way there is then. */
  cut(address?: string): void {
    for (const [at, sockets] of this.#open)
      if (address === undefined || at === address) for (const socket of sockets) socket.destroy();
  }

  /** Addresses that WebSockets run to. */
  addresses(): string[] {
    return [...this.#open.keys()];
  }

  /** Joins a WebSocket to its owner. "moved": the owner has not got the event, or is not there; `socket` is untouched. */
  splice(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    address: string,
    secret: string,
    signal: AbortSignal,
  ): Promise<"done" | "moved"> {
    return new Promise((resolve) => {
      const upstream = connect(target(address));
      let isAnswered = false;
      const moved = () => {
        if (!isAnswered) upstream.destroy();
        resolve("moved");
      };
      upstream.setNoDelay(true).once("error", moved).once("close", moved);
      signal.addEventListener("abort", moved, { once: true });
      upstream.once("connect", () => {
        upstream.write(headOf(request, secret));
        if (head.length > 0) upstream.write(head);
      });
      upstream.once("data", (first: Buffer) => {
        if (signal.aborted) return;
        if (first.toString("latin1").toLowerCase().includes(`\r\n${movedHeader}:`)) return moved();
        isAnswered = true;
        this.#join(socket, upstream, address, first);
        resolve("done");
      });
    });
  }

  #join(socket: Duplex, upstream: Socket, address: string, first: Buffer): void {
    const sockets = this.#open.get(address) ?? new Set();
    this.#open.set(address, sockets.add(socket));
    const end = () => {
      socket.destroy();
      upstream.destroy();
      sockets.delete(socket);
      if (sockets.size === 0 && this.#open.get(address) === sockets) this.#open.delete(address);
    };
    for (const one of [socket, upstream]) one.on("error", end).on("close", end);
    if (socket.destroyed) return end();
    if ("setNoDelay" in socket) (socket as Socket).setNoDelay(true);
    socket.write(first);
    upstream.pipe(socket, { end: true });
    socket.pipe(upstream, { end: true });
  }
}
