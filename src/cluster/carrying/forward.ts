// Carries an HTTP request to the process that owns its event, and the answer back, as a whole. Changes nothing of either
// but for the headers by which processes know each other.
import { Agent, type IncomingMessage, type OutgoingHttpHeaders, request as httpRequest } from "node:http";
import { directHeader, movedHeader, peerHeader, peerSecretHeader } from "../../protocol/peer-headers.ts";

/** What another process needs to know of the one who asks; set by the gate, never by a client. */
export const peerHeaders = [peerHeader, directHeader] as const;

export interface Answer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

const agent = new Agent({ keepAlive: true, maxSockets: 256, scheduling: "lifo" });
/** The largest that travels is what a host knows of an event: 2,000 expected names, and 1,000 who were removed. */
const maxAnswerBytes = 4 * 1024 * 1024;
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

/** Where an address of another process is. */
export function target(address: string): { host: string; port: number } {
  const at = address.lastIndexOf(":");
  return { host: address.slice(0, at).replace(/^\[|\]$/g, ""), port: Number(address.slice(at + 1)) };
}

function endToEnd(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.has(name)));
}

/** A request as it is handed on. */
export interface Forwarded {
  readonly request: IncomingMessage;
  readonly body: string;
  /** It may be asked again of another process when this one has not answered. */
  readonly isRepeatable: boolean;
}

/**
 * Asks another process. Resolves with its answer; with "moved", when it has not got the event, or is not there; and with
 * "lost" for what may not be repeated, and may have been done.
 */
export function forward(
  { request: { method, url, headers }, body, isRepeatable }: Forwarded,
  address: string,
  secret: string,
  signal: AbortSignal,
): Promise<Answer | "moved" | "lost"> {
  return new Promise((resolve) => {
    let isReached = false;
    const moved = () => resolve(isReached && !isRepeatable ? "lost" : "moved");
    const sent = httpRequest({
      ...target(address),
      method,
      path: url,
      agent: isRepeatable ? agent : false, // a connection that was kept may end before it is heard
      signal,
      headers: {
        ...endToEnd(headers),
        [peerSecretHeader]: secret,
        "content-length": Buffer.byteLength(body),
      },
    });
    sent.on("socket", (socket) => socket.once("connect", () => (isReached = true)));
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
      response.on("close", moved); // only the first outcome counts
      response.on("end", () => {
        if (response.headers[movedHeader] !== undefined) return resolve("moved");
        const answer = { status: response.statusCode ?? 502, headers: endToEnd(response.headers) };
        return resolve({ ...answer, body: Buffer.concat(chunks) });
      });
    });
    sent.end(body);
  });
}
