// Hostile HTTP, by class: joins that are well-formed but mean harm, joins that are not, bodies, paths and upgrades.
// Makes requests; sending and judging them is for others.
import type { Random } from "./random.ts";

export interface HostileRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  /** Send the body in chunks, without its length. */
  readonly isChunked?: boolean;
}

const joinPath = "/matchmake/joinOrCreate/event";
const json = { "content-type": "application/json" };
const keys = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "maxClients", "roomId"];
const oddities = [null, true, -1, 1e308, "", [], {}, [[[]]], { length: 1e9 }, "__proto__", "\ud800"];
const injections = ["../../etc/passwd", "%00", "' OR 1=1 --", "<script>", "\r\nSet-Cookie: a=b"];
const contentTypes = [
  "text/plain",
  "multipart/form-data",
  "multipart/form-data; boundary=x",
  "application/x-www-form-urlencoded",
  "application/octet-stream",
  "application/json; charset=utf-7",
  "image/png",
];

const nest = (depth: number, open: string, end: string): string => open.repeat(depth) + end.repeat(depth);

function oddText(random: Random): string {
  switch (random.int(0, 3)) {
    case 0:
      return random.text(random.int(1, 130));
    case 1:
      return random.pick(keys);
    case 2:
      return "\u{1f600}".repeat(random.pick([1, 128, 129]));
    default:
      return random.pick(injections);
  }
}

const wellFormed = (random: Random) => ({
  event_id: `hostile ${random.int(0, 200)}`,
  device_id: `h${random.int(0, 1e9)}`,
  session_token: `t${random.next()}`,
});

const post = (body: string | Buffer, headers: Record<string, string> = json, path = joinPath) => ({
  path,
  headers,
  body,
});

/** Any JSON value that is odd, deep or huge, as text: it is put into a body as it is. */
function oddValue(random: Random): string {
  switch (random.int(0, 4)) {
    case 0:
      return JSON.stringify(random.pick(oddities));
    case 1:
      return '{"isAdmin":true}';
    case 2:
      return nest(random.int(10, 30_000), "[", "]");
    case 3:
      return nest(random.int(10, 9000), '{"a":', "}").replace(":}", ":1}");
    default:
      return JSON.stringify("x".repeat(random.int(1, 60_000)));
  }
}

/** A join that the contract allows, with something hostile in it or beside it. */
function harmful(random: Random, eventId: string): HostileRequest {
  const base = { ...wellFormed(random), ...(random.next() < 0.3 ? { event_id: eventId } : {}) };
  const text = JSON.stringify(base).slice(1, -1);
  switch (random.int(0, 3)) {
    case 0:
      return post(`{${JSON.stringify(random.pick(keys))}:${oddValue(random)},${text}}`);
    case 1:
      return post(`{${text},"x":${oddValue(random)}}`);
    case 2:
      return post(JSON.stringify({ ...base, device_id: random.pick(keys), event_id: random.pick(keys) }));
    default:
      return post(
        JSON.stringify({ ...base, event_id: eventId, session_token: "t".repeat(random.int(1, 4096)) }),
      );
  }
}

function oddNames(random: Random): HostileRequest {
  const names = { event_id: oddText(random), device_id: oddText(random), user_id: oddText(random) };
  return post(JSON.stringify({ ...wellFormed(random), ...names, display_name: oddText(random) }));
}

function wronglyTyped(random: Random): HostileRequest {
  const field = random.pick(["event_id", "device_id", "session_token", "user_id", "display_name", "role"]);
  const options = { ...wellFormed(random), [field]: random.pick(oddities) };
  return post(JSON.stringify(random.next() < 0.1 ? random.pick(oddities) : options));
}

function malformed(random: Random): HostileRequest {
  const good = JSON.stringify(wellFormed(random));
  if (random.next() < 0.4) return post(good, { "content-type": random.pick(contentTypes) });
  if (random.next() < 0.1) return post(good, {});
  const bodies = [
    good.slice(0, random.int(1, good.length - 1)),
    `${good}}`,
    random.text(100),
    random.bytes(200),
    "[".repeat(20_000),
    "\ufeff{}",
    "NaN",
  ];
  return post(random.pick<string | Buffer>(bodies));
}

function badReturn(random: Random): HostileRequest {
  const unknown = `ev-${random.bytes(32).toString("base64url")}`;
  const room = random.pick(["nope", "__proto__", "constructor", "event", unknown]);
  const guess = random.bytes(24).toString("base64url");
  const token = random.pick<unknown>([
    undefined,
    null,
    5,
    {},
    ["a"],
    "",
    "__proto__",
    guess,
    random.text(80),
  ]);
  return post(JSON.stringify({ reconnectionToken: token }), json, `/matchmake/reconnect/${room}`);
}

const pathParts = ["joinOrCreate", "create", "join", "joinById", "event", ...keys, "..", "%2e%2e", "%00", ""];

function oddPath(random: Random): HostileRequest {
  const part = () => random.pick([...pathParts, "a".repeat(2000), "%E0%A4%A"]);
  const path = `/matchmake/${part()}/${part()}${random.pick(["", "/", "/x", "?a=%", "#", "//"])}`;
  if (random.next() < 0.5) return post("{}", json, path);
  const host = random.pick(["x", "[", "a b", "x:99999", "user@x", ""]);
  return post("{}", { ...json, host, "x-forwarded-proto": random.pick(["::", "%", "https"]) }, path);
}

export interface RequestClass {
  readonly weight: number;
  /** A join as the contract wants it, whatever else is in it. */
  readonly isJoin?: true;
  make(random: Random, eventId: string): HostileRequest;
}

/** What is sent as HTTP, by class. */
export const requestClasses: Readonly<Record<string, RequestClass>> = {
  "well-formed joins that mean harm": { weight: 14, isJoin: true, make: harmful },
  "odd names": { weight: 4, make: oddNames },
  "options of wrong types": { weight: 6, make: wronglyTyped },
  "bodies that are no JSON": { weight: 6, make: malformed },
  "returns with bad tokens": { weight: 5, make: badReturn },
  "odd paths, methods and hosts": { weight: 5, make: oddPath },
  "bodies over 64 KB": {
    weight: 0.3,
    make: (random) => ({
      ...post(Buffer.alloc(random.pick([65_537, 100_000, 1_000_000]), 32)),
      isChunked: random.next() < 0.5,
    }),
  },
};

/** Bodies of 30 MB: a few, because the time goes into sending them. */
export const hugeBody = (isChunked: boolean): HostileRequest => ({
  ...post(Buffer.alloc(30_000_000, 32)),
  isChunked,
});

const sessions = ["__proto__", "constructor", "toString", "null", "", "%zz", "aBcDeFgHi"];
const tokens = ["__proto__", "", "A".repeat(32)].map((token) => `&reconnectionToken=${token}`);

/** The head of an upgrade request, and what is written after it whatever the answer. */
export function hostileUpgrade(random: Random, roomId: string): Buffer {
  const room = random.pick([
    roomId,
    roomId,
    "__proto__",
    "constructor",
    "nope",
    "",
    "..",
    "%00",
    "a".repeat(3000),
  ]);
  const query = `sessionId=${random.pick(sessions)}${random.pick(["", "", "&skipHandshake", "&_authToken=x", ...tokens])}`;
  const path = random.pick([
    `/p/${room}?${query}`,
    `/p/${room}?${query}`,
    `/${room}`,
    "/",
    "//",
    "*",
    "a://b",
  ]);
  const lines = [
    `${random.pick(["GET", "GET", "GET", "POST"])} ${path} HTTP/1.1`,
    `Host: ${random.pick(["x", "127.0.0.1", "[", "a b", ""])}`,
    "Connection: Upgrade",
    `Upgrade: ${random.pick(["websocket", "websocket", "websocket", "h2c"])}`,
    `Sec-WebSocket-Version: ${random.pick(["13", "13", "13", "7", "x"])}`,
    `Sec-WebSocket-Key: ${random.pick(["dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ==", "short"])}`,
    ...(random.next() < 0.3 ? [`Origin: ${random.pick(["null", "https://evil.example", "%"])}`] : []),
  ];
  const head = Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
  return Buffer.concat([head, random.bytes(random.int(0, 300))]);
}
