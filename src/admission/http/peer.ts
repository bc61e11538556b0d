// Who is at the other end of a request, and what of it the framework can bear: found out and mended before anyone reads it.
import type { IncomingMessage } from "node:http";
import { addressOf, isLoopback } from "../../identity/address.ts";
import type { Caller } from "../../identity/identity.ts";
import { directHeader, peerHeader } from "../../protocol/peer-headers.ts";
import type { Carrier } from "../carrier.ts";

/**
 * Headers that a client on this machine sends by itself: browsers, Node, curl. Proxies add others, under more names than
 * anyone can list (X-Forwarded-*, Forwarded, Via, CF-*, True-Client-IP, ...), so whatever is not here is taken for one.
 */
const ordinaryHeaders: ReadonlySet<string> = new Set(
  (
    "host connection upgrade upgrade-insecure-requests origin referer user-agent accept accept-encoding accept-language " +
    "content-type content-length cookie authorization cache-control pragma range dnt te keep-alive expect " +
    "transfer-encoding priority"
  ).split(" "),
);
const ordinaryKinds = ["sec-", "accept-", "content-", "if-"];
const isOrdinary = (name: string) =>
  ordinaryHeaders.has(name) || ordinaryKinds.some((kind) => name.startsWith(kind));
/** Names that lead to this machine whoever resolves them; any other can be made to (DNS rebinding). */
const loopbackName = /^(?:localhost|(?:[\w-]+\.)+localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/i;

/** What proxies say of the client and of themselves. */
const forwardingHeaders = [
  "x-forwarded-for",
  "x-forwarded-proto",
  "x-forwarded-host",
  "x-real-ip",
  "forwarded",
  "via",
];
const hopsHeader = "x-forwarded-for";
/** For a socket that is gone already, and has no address any more. */
const noAddress = "0.0.0.0";

/** Where a doubt about the proxies in front is logged. ops/logger is one. */
export interface WarningLog {
  warn(sentence: string): void;
}

type Header = string | string[] | null | undefined;

/**
 * Who is at the other end of a request that has been stamped.
 * @param peer what its `peerHeader` says
 * @param direct what its `directHeader` says
 * @param headers all of them, for a join
 */
export function callerOf(peer: Header, direct: Header, headers?: Caller["headers"]): Caller {
  const address = String(peer ?? "unknown");
  return {
    address: addressOf(address) ?? address,
    isLocal: direct === "local",
    isShared: direct === "shared",
    ...(headers === undefined ? {} : { headers }),
  };
}

/** Finds out who is at the other end of each request. */
export class Peers {
  readonly #trustProxy: number;
  readonly #log: WarningLog;
  readonly #carrier: Carrier | undefined;
  readonly #warned = new Set<string>();

  /** `trustProxy`: how many proxies stand in front whose X-Forwarded-For is believed. */
  constructor(trustProxy: number, log: WarningLog, carrier?: Carrier) {
    this.#trustProxy = trustProxy;
    this.#log = log;
    this.#carrier = carrier;
  }

  /** Tells admission who is at the other end, in headers that nobody outside can set. */
  stamp(request: IncomingMessage): void {
    if (this.#carrier?.isFromPeer(request)) return; // it has stamped them
    const { headers, socket } = request;
    Reflect.deleteProperty(headers, peerHeader);
    Reflect.deleteProperty(headers, directHeader);
    const believed = this.#believed(request);
    const address = believed ?? addressOf(socket.remoteAddress ?? "") ?? noAddress;
    const isLocal = isLoopback(address) && isForThisMachine(request, believed !== undefined);
    headers[peerHeader] = address;
    headers[directHeader] = isLocal ? "local" : this.#isShared(request) ? "shared" : "remote";
  }

  /** The client's address according to the proxies that are believed; undefined when they give none. */
  #believed({ headers }: IncomingMessage): string | undefined {
    if (this.#trustProxy === 0) return undefined;
    const hops = String(headers[hopsHeader] ?? "")
      .split(",")
      .filter((hop) => hop.trim() !== "");
    const believed = addressOf(hops.at(-Math.min(this.#trustProxy, hops.length)) ?? "");
    if (believed === undefined && hops.length > 0)
      this.#warnOnce("X-Forwarded-For of a trusted proxy is no address: the proxy's own address is taken");
    return believed;
  }

  /** True when a proxy has passed the request on, and what it says of the client is not believed. */
  #isShared({ headers }: IncomingMessage): boolean {
    const isBelieved = this.#trustProxy > 0 && headers[hopsHeader] !== undefined;
    if (isBelieved || !forwardingHeaders.some((name) => headers[name] !== undefined)) return false;
    this.#warnOnce(
      this.#trustProxy === 0
        ? "Requests come through a proxy, but TRUST_PROXY is 0: their clients' addresses are not known, and limits by address are off for them. Set TRUST_PROXY to the number of proxies in front"
        : "Requests come through a proxy without X-Forwarded-For: their clients' addresses are not known, and limits by address are off for them",
    );
    return true;
  }

  #warnOnce(sentence: string): void {
    if (this.#warned.has(sentence)) return;
    this.#warned.add(sentence);
    this.#log.warn(sentence);
  }
}

/**
 * [H4] False when somebody else stands between: a proxy that is not believed (it makes everyone look local), or a page
 * from elsewhere that a browser on this machine shows.
 */
function isForThisMachine({ headers }: IncomingMessage, isProxyBelieved: boolean): boolean {
  const { host = "", origin } = headers;
  if (!loopbackName.test(host)) return false;
  if (origin !== undefined && !loopbackName.test(URL.parse(origin)?.host ?? "")) return false;
  return isProxyBelieved || Object.keys(headers).every(isOrdinary);
}

/** Nothing that would make more of a URL than its host: `user@host` cannot be requested at all. */
const hostAlphabet = /^[\w.:[\]-]+$/;

/**
 * The framework builds a URL of these without catching: a request that cannot be one would hang, and its error would
 * carry the query, tokens included, into the log. Call it after `Peers.stamp`, which reads what this removes.
 */
export function mendUrl(request: IncomingMessage): void {
  const { headers } = request;
  delete headers["x-forwarded-proto"];
  if (!hostAlphabet.test(headers.host ?? "") || !URL.canParse(`http://${headers.host}`))
    headers.host = "unknown";
  if (!URL.canParse(`http://${headers.host}${request.url}`)) request.url = "/";
}
