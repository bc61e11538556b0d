// Requests that do not arrive: how long their headers and bodies may take. Knows Node's HTTP server and times only.
import { createServer, type IncomingMessage, type Server } from "node:http";

/** A join has a few hundred bytes and a body 64 KB at most: more than this no phone that can play needs for it. */
export const bodyWithinMs = 15_000;
/** The same for headers, and for a connection that says nothing at all; `checkEveryMs` later at most. */
const headersWithinMs = 10_000;
const checkEveryMs = 5000;

/**
 * A server that cuts connections whose headers do not arrive within 15 s. Bodies are the routes' own business: whoever
 * serves uploads beside us may take longer for them.
 */
export function createPatientServer(): Server {
  return createServer({ headersTimeout: headersWithinMs, connectionsCheckingInterval: checkEveryMs });
}

/** Who answers a request whose body does not arrive. HttpGate's exchange is one. */
export interface BodyAwaited {
  tooSlow(): void;
}

/** Tells `awaited` when the request's body has not arrived whole within 15 s. */
export function limitBodyTime(request: IncomingMessage, awaited: BodyAwaited): void {
  const { headers } = request;
  const hasBody = headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
  if (!hasBody) return;
  // Nearly every body arrives with its headers: a timer is for those that have not when this turn ends.
  setImmediate(() => void (request.complete || request.socket.destroyed || startTimer(request, awaited)));
}

function startTimer(request: IncomingMessage, awaited: BodyAwaited): void {
  const timer = setTimeout(() => request.complete || awaited.tooSlow(), bodyWithinMs).unref();
  const ended = () => {
    // Node closes a request that has been answered, while the rest of its body may still be on its way.
    if (request.complete || request.socket.destroyed) clearTimeout(timer);
  };
  request.once("end", ended).once("close", ended);
}
