// Who is at the other end of a request, and what of it the framework can bear: stamped and mended before anyone reads it.
import type { IncomingMessage } from "node:http";
import { directHeader, peerHeader } from "./admission.ts";
import type { Elsewhere } from "./elsewhere.ts";

/** What proxies say of themselves; without TRUST_PROXY it is only good for distrust. */
const forwardedHeaders = ["x-forwarded-for", "x-forwarded-proto", "x-real-ip", "forwarded", "via"];

/** Tells the desk who is at the other end, in headers that nobody outside can set. */
export function stampPeer(request: IncomingMessage, trustProxy: number, elsewhere?: Elsewhere): void {
  if (elsewhere?.isFromPeer(request)) return; // it has stamped them
  const { headers, socket } = request;
  const peer = socket.remoteAddress ?? "unknown";
  const hops = String(headers["x-forwarded-for"] ?? "")
    .split(",")
    .map((hop) => hop.trim())
    .filter((hop) => hop !== "");
  const believed = trustProxy === 0 ? undefined : hops.at(-Math.min(trustProxy, hops.length));
  headers[peerHeader] = believed ?? peer;
  const isLoopback = /^(?:::1|(?:::ffff:)?127\.\d+\.\d+\.\d+)$/.test(believed ?? peer);
  // A proxy on this machine makes everyone look local: behind one, only a believed address counts.
  const isForwarded = believed === undefined && forwardedHeaders.some((name) => headers[name] !== undefined);
  headers[directHeader] = isLoopback && !isForwarded ? "local" : "remote";
}

/** Nothing that would make more of a URL than its host: `user@host` cannot be requested at all. */
const hostAlphabet = /^[\w.:[\]-]+$/;

/**
 * The framework builds a URL of these without catching: a request that cannot be one would hang, and its error would
 * carry the query, tokens included, into the log. Call it after stampPeer, which reads what this removes.
 */
export function mendUrl(request: IncomingMessage): void {
  const { headers } = request;
  delete headers["x-forwarded-proto"];
  if (!hostAlphabet.test(headers.host ?? "") || !URL.canParse(`http://${headers.host}`))
    headers.host = "unknown";
  if (!URL.canParse(`http://${headers.host}${request.url}`)) request.url = "/";
}
