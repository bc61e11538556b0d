// Who is at the other end of a request, and what of it the framework can bear: stamped and mended before anyone reads it.
import type { IncomingMessage } from "node:http";
import { directHeader, peerHeader } from "../protocol/peer-headers.ts";
import type { Elsewhere } from "./elsewhere.ts";

/**
 * Headers that a client on this machine sends by itself: browsers, Node, curl. Proxies add others, under more names than
 * anyone can list (X-Forwarded-*, Forwarded, Via, CF-*, True-Client-IP, ...), so whatever is not here is taken for one.
 */
const ordinaryHeaders =
  /^(?:host|connection|upgrade|upgrade-insecure-requests|origin|referer|user-agent|accept(?:-.+)?|content-.+|sec-.+|cookie|authorization|cache-control|pragma|if-.+|range|dnt|te|keep-alive|expect|transfer-encoding|priority)$/;
const loopbackAddress = /^(?:::1|(?:::ffff:)?127\.\d+\.\d+\.\d+)$/;
/** Names that lead to this machine whoever resolves them; any other can be made to (DNS rebinding). */
const loopbackName = /^(?:localhost|(?:[\w-]+\.)+localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/i;

/** Tells admission who is at the other end, in headers that nobody outside can set. */
export function stampPeer(request: IncomingMessage, trustProxy: number, elsewhere?: Elsewhere): void {
  if (elsewhere?.isFromPeer(request)) return; // it has stamped them
  const { headers, socket } = request;
  Reflect.deleteProperty(headers, peerHeader);
  Reflect.deleteProperty(headers, directHeader);
  const peer = socket.remoteAddress ?? "unknown";
  const hops = String(headers["x-forwarded-for"] ?? "")
    .split(",")
    .map((hop) => hop.trim())
    .filter((hop) => hop !== "");
  const believed = trustProxy === 0 ? undefined : hops.at(-Math.min(trustProxy, hops.length));
  const isLocal = loopbackAddress.test(believed ?? peer) && isForThisMachine(request, believed !== undefined);
  headers[peerHeader] = believed ?? peer;
  headers[directHeader] = isLocal ? "local" : "remote";
}

/**
 * [H4] False when somebody else stands between: a proxy that is not believed (it makes everyone look local), or a page
 * from elsewhere that a browser on this machine shows.
 */
function isForThisMachine({ headers }: IncomingMessage, isProxyBelieved: boolean): boolean {
  const { host = "", origin } = headers;
  if (!loopbackName.test(host)) return false;
  if (origin !== undefined && !loopbackName.test(URL.parse(origin)?.host ?? "")) return false;
  return isProxyBelieved || Object.keys(headers).every((name) => ordinaryHeaders.test(name));
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
