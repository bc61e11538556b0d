// Every setting in one table: name, kind, default, range, meaning. `config.ts` reads an environment by it, and the
// README's table is checked against it. Pure.
import { shortestSecret } from "./protocol/session-key.ts";
import {
  address,
  atLeast,
  emptyOr,
  host,
  number,
  oneOf,
  origins,
  path,
  secret,
  type Setting,
  text,
  url,
} from "./setting-kinds.ts";
import { whyNotRedisUrl, whyNotStoreUrl } from "./store/store-url.ts";

const day = 86_400_000;

export const settings = {
  PORT: number(2567, 0, 65_535, "TCP port to listen on; 0 takes a free one"),
  HOST: text("0.0.0.0", "Address to listen on", host),
  GRACE_PERIOD_MS: number(30_000, 100, day, "How long a seat is held for one who dropped, in ms"),
  QUIET_TIME_MS: number(
    0,
    50,
    10_000,
    "A drop that is over sooner is announced to nobody, in ms; 0 announces all at once",
    true,
  ),
  FLAPS_PER_MINUTE: number(
    0,
    1,
    1000,
    "Drops a minute that are announced of one participant; of more, those that last 5 s. 0 is without limit",
    true,
  ),
  HEARTBEAT_INTERVAL_MS: number(
    10_000,
    100,
    3_600_000,
    "How often clients are told to send `heartbeat`, in ms",
  ),
  HEARTBEAT_TIMEOUT_MS: number(
    90_000,
    100,
    day,
    "A client that has beaten and then sends no frame for this long is dropped, in ms; 0 turns it off",
    true,
  ),
  PING_INTERVAL_MS: number(3000, 50, 3_600_000, "How often sockets are pinged, in ms"),
  PING_MAX_RETRIES: number(2, 1, 100, "Unanswered pings after which a socket is dead"),
  MAX_PARTICIPANTS: number(5000, 1, 100_000, "Seats in one event, held ones included"),
  MAX_EVENTS: number(10_000, 1, 1_000_000, "Events on this server at once"),
  EVENT_CREATION: text(
    "anyone",
    "Whose joins may open an event that does not exist yet: anyone's, hosts' only, or nobody's (server: app.createEvent)",
    oneOf("anyone", "hosts", "server"),
  ),
  OPEN_PLAY: text(
    "off",
    "Whether the page opens an event for whoever types a code that is no event's (on), or says that there is none (off)",
    oneOf("off", "on"),
  ),
  EVENT_RETENTION_MS: number(
    600_000,
    1000,
    30 * day,
    "How long an event without anyone, or a closed one, is remembered (with its kicked devices), in ms",
  ),
  REPLAY_EVENTS: number(
    500,
    1,
    100_000,
    "How many of the last announcements a client that missed some can be sent again",
    true,
  ),
  REPLAY_AGE_MS: number(120_000, 1000, day, "How long an announcement can be sent again, in ms"),
  JOINS_PER_MINUTE_PER_IP: number(
    0,
    1,
    1_000_000,
    "New seats one address may take in a minute; 0 is without limit (a venue shares one address)",
    true,
  ),
  UNUSED_JOINS_PER_MINUTE_PER_IP: number(
    200,
    1,
    1_000_000,
    "Joins of one address in a minute that may be asked for without a socket following within 5 s; 0 is without limit",
    true,
  ),
  EVENTS_PER_MINUTE_PER_IP: number(
    120,
    1,
    1_000_000,
    "Events one address may open in a minute; at once it has opened half of MAX_EVENTS at most. 0 is without limit",
    true,
  ),
  CONNECTIONS_PER_IP: number(
    10_000,
    10,
    1_000_000,
    "Connections without a seat that one address may have open at once (requests under way among them); 0 is without limit",
    true,
  ),
  JOINS_PER_SECOND: number(0, 1, 100_000, "Joins and returns let in a second; 0 is without a rate", true),
  TRUST_PROXY: number(
    0,
    1,
    10,
    "Number of proxies in front whose X-Forwarded-For is believed; 0 believes the socket only",
    true,
  ),
  ALLOWED_ORIGINS: text(
    "",
    'Browser origins that may connect, separated by commas; "*" is any, empty is this server\'s own (any outside production)',
    emptyOr(origins),
  ),
  AUTH_MODE: text(
    "open",
    "open: the first token claims the seat; token: a JWT for event, device and user; user: an identity provider's JWT for the user; custom: `createApp`'s identity",
    oneOf("open", "token", "user", "custom"),
  ),
  SESSION_SECRET: secret(
    `HS256 key for AUTH_MODE=token and user, at least ${shortestSecret} characters`,
    emptyOr(atLeast(shortestSecret)),
  ),
  SESSION_JWKS_URL: text(
    "",
    "Where AUTH_MODE=token and user find public keys, instead of SESSION_SECRET",
    emptyOr(url),
  ),
  SESSION_AUDIENCE: text(
    "",
    "What a token's aud must be or hold; in AUTH_MODE=token empty asks for none, user needs one",
  ),
  SESSION_ISSUER: text(
    "",
    "What a token's iss must be; in AUTH_MODE=token empty asks for none, user needs one",
  ),
  SESSION_MAX_AGE_MS: number(
    0,
    1000,
    365 * day,
    "How long ago a token may have been issued (iat) when it is used to join, in ms; 0 asks for its exp alone",
    true,
  ),
  SESSION_USER_CLAIM: text("sub", "In AUTH_MODE=user: which claim of a token is the user"),
  SESSION_ROLE_CLAIM: text(
    "",
    "In AUTH_MODE=user: which claim is `host` or `observer`, or a list with one of them; empty: everyone is a participant",
  ),
  SESSION_CLAIMS: text(
    "",
    "In AUTH_MODE=user: which claims a room's author gets (`client.auth.claims`), separated by commas",
  ),
  STORE_URL: text(
    "file:data/holdfast.db",
    "Where seats are kept: file:<path> (SQLite), redis://<host>:<port>, or memory: (lost with the process)",
    whyNotStoreUrl,
  ),
  REDIS_URL: secret(
    "redis://<host>:<port> of a cluster: every process with the same one shares the events; seats are kept there, too",
    whyNotRedisUrl,
  ),
  LEASE_MS: number(
    2500,
    500,
    60_000,
    "In a cluster: how long after its last sign of life a process's events are another's to take, in ms",
  ),
  CLUSTER_ADDRESS: text(
    "",
    "In a cluster: host:port at which the other processes reach this one; empty is this machine's address and PORT",
    address,
  ),
  PUBLIC_ADDRESS: text(
    "",
    "In a cluster without one address for all: host[:port][/path] at which clients reach this very process",
  ),
  HEALTH_PATH: text("/healthz", "Where it is asked whether the process lives", path),
  READY_PATH: text("/readyz", "Where it is asked whether new joins are taken", path),
  METRICS_PATH: text("/metrics", "Where Prometheus asks for metrics", path),
  MONITOR_PASSWORD: secret(
    "Password of /monitor (user admin); without one it is open, and off in production",
  ),
  LOG_LEVEL: text(
    "info",
    "How much is logged",
    oneOf("trace", "debug", "info", "warn", "error", "fatal", "silent"),
  ),
} as const satisfies Record<string, Setting>;
