// A request that offers another protocol than WebSocket (`Upgrade: h2c`, as curl --http2 and Java's HttpClient send it)
// is an ordinary request: an offer may be ignored, but not the request that carries it (RFC 9110, 7.8).
import type { IncomingMessage, Server as HttpServer, ServerResponse } from "node:http";
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

/** The last request of each connection, as its answer. */
const answers = new WeakMap<Duplex, ServerResponse>();

/** Remembers what has been asked on a connection; call it for each request. */
export function isAsked(request: IncomingMessage, response: ServerResponse): void {
  answers.set(request.socket, response);
}

/**
 * Has a request read once more, without its offer. Node gives a connection away with its first upgrade, whatever that
 * is to, and a body is not read then: so the connection is given back, as it was before the request, when all earlier
 * requests have been answered.
 */
export function readWithoutOffer(
  server: HttpServer,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const before = answers.get(socket);
  if (before !== undefined && !before.closed) {
    const giveUp = () => socket.destroy();
    socket.once("error", giveUp); // nobody else listens meanwhile
    before.once("close", () => {
      socket.off("error", giveUp);
      readWithoutOffer(server, request, socket, head);
    });
    return;
  }
  if (socket.destroyed || socket.writableEnded) return;
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
