// A request that offers another protocol than WebSocket (`Upgrade: h2c`, as curl --http2 and Java's HttpClient send it)
// is an ordinary request: an offer may be ignored, but not the request that carries it (RFC 9110, 7.8).
import type { IncomingMessage, Server as HttpServer } from "node:http";
import type { Duplex } from "node:stream";

export function isWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === "websocket";
}

/** Headers that belong to the offer alone. */
const offers = /^(?:upgrade|http2-settings)$/i;

function withoutOffer(name: string, value: string): string | undefined {
  if (offers.test(name)) return undefined;
  if (name.toLowerCase() !== "connection") return value;
  const kept = value.split(",").filter((word) => !offers.test(word.trim()));
  return kept.length === 0 ? undefined : kept.join(",");
}

/**
 * Has a request read once more, without its offer. Node gives a connection away with its first upgrade, whatever that
 * is to, and a body is not read then: so the connection is given back, as it was before the request.
 */
export function readWithoutOffer(
  server: HttpServer,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const { method, url, httpVersion, rawHeaders } = request;
  let text = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    const value = withoutOffer(name, rawHeaders[index + 1] as string);
    if (value !== undefined) text += `${name}: ${value}\r\n`;
  }
  socket.unshift(Buffer.concat([Buffer.from(`${text}\r\n`, "latin1"), head]));
  server.emit("connection", socket);
}
