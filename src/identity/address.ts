// Addresses as limits count them. Pure, but for a memory of what was asked last.
import { isIP } from "node:net";

/**
 * The address that limits count, of an address as a socket or a proxy writes it; undefined for what is none.
 *
 * A port and brackets are no part of it (`192.0.2.1:4711`, `[2001:db8::1]:4711`), nor is a zone (`fe80::1%eth0`). An
 * IPv4 address in IPv6's form is that IPv4 address. Of any other IPv6 address the first 64 bits count: a single
 * subscriber is given at least a network of that size (RFC 6177), and could take a new address for each request.
 * What this returns has itself as its address.
 *
 * @example addressOf("[2001:db8:1:2:3::4]:80") === "2001:db8:1:2::"
 */
export function addressOf(text: string): string | undefined {
  const known = recent.get(text);
  if (known !== undefined) return known;
  const address = read(text);
  if (address !== undefined && text.length <= longestAddress) remember(text, address);
  return address;
}

/** What was asked last: the same few addresses come over and over. The longest form of one has 45 characters and a port. */
const recent = new Map<string, string>();
const [maxRecent, longestAddress] = [1000, 64];

function remember(text: string, address: string): void {
  if (recent.size >= maxRecent) recent.clear();
  recent.set(text, address);
}

function read(text: string): string | undefined {
  const bare = text.trim().replace(/^"(.*)"$/, "$1");
  const address =
    /^\[([^\]]*)\](?::\d{1,5})?$/.exec(bare)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(bare)?.[1] ?? bare;
  const kind = isIP(address);
  if (kind === 4) return address;
  return kind === 6 ? ofGroups(groupsOf(address)) : undefined;
}

/** True for an address of `addressOf` by which a machine reaches itself. */
export function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "::1";
}

function ofGroups(groups: readonly number[]): string {
  const [sixth = 0, seventh = 0, eighth = 0] = groups.slice(5);
  const isZero = (upTo: number) => groups.slice(0, upTo).every((group) => group === 0);
  if (isZero(5) && sixth === 0xffff)
    return [seventh >> 8, seventh & 255, eighth >> 8, eighth & 255].join(".");
  if (isZero(7) && eighth === 1) return "::1";
  const network = groups.slice(0, 4).map((group) => group.toString(16));
  return `${network.join(":")}::`;
}

/** The eight groups of a well-formed IPv6 address. */
function groupsOf(address: string): number[] {
  const [before = [], after] = address.replace(/%.*$/, "").split("::").map(groupsIn);
  if (after === undefined) return before;
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after];
}

/** The groups of one side of `::`; the last two may be written as an IPv4 address. */
function groupsIn(text: string): number[] {
  if (text === "") return [];
  return text.split(":").flatMap((group) => {
    if (!group.includes(".")) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split(".").map(Number);
    return [(a << 8) | b, (c << 8) | d];
  });
}
