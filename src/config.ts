// Every setting in one table: name, kind, default, range, meaning. The README's table is checked against it.
// Pure: takes the environment as an argument and returns a Config, or throws one sentence a person can act on.
import { address, host, number, oneOf, origins, type Setting, text, url } from "./setting-kinds.ts";
import { whyNotRedisUrl, whyNotStoreUrl } from "./store/store-url.ts";

export type { Setting } from "./setting-kinds.ts";

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
    "How many of the last announcements a client that missed some can be told again",
    true,
  ),
  REPLAY_AGE_MS: number(120_000, 1000, day, "How long an announcement can be told again, in ms"),
  JOINS_PER_MINUTE_PER_IP: number(
    0,
    1,
    1_000_000,
    "New seats one address may take in a minute; 0 is without limit (a venue shares one address)",
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
    (value) => (value === "" ? undefined : origins(value)),
  ),
  AUTH_MODE: text(
    "open",
    "open: the first token claims the seat; token: a signed JWT",
    oneOf("open", "token"),
  ),
  SESSION_SECRET: text("", "HS256 key for AUTH_MODE=token, at least 32 characters", (value) =>
    value === "" || value.length >= 32 ? undefined : "at least 32 characters",
  ),
  SESSION_JWKS_URL: text("", "Where AUTH_MODE=token finds public keys, instead of SESSION_SECRET", (value) =>
    value === "" ? undefined : url(value),
  ),
  STORE_URL: text(
    "file:data/holdfast.db",
    "Where seats are kept: file:<path> (SQLite), redis://<host>:<port>, or memory: (lost with the process)",
    whyNotStoreUrl,
  ),
  REDIS_URL: text(
    "",
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
  MONITOR_PASSWORD: text(
    "",
    "Password of /monitor (user admin); without one it is open, and off in production",
  ),
  LOG_LEVEL: text(
    "info",
    "How much is logged",
    oneOf("trace", "debug", "info", "warn", "error", "fatal", "silent"),
  ),
} as const satisfies Record<string, Setting>;

export interface Config {
  readonly port: number;
  readonly host: string;
  readonly gracePeriodMs: number;
  readonly quietTimeMs: number;
  readonly flapsPerMinute: number;
  readonly heartbeatIntervalMs: number;
  readonly heartbeatTimeoutMs: number;
  readonly pingIntervalMs: number;
  readonly pingMaxRetries: number;
  readonly maxParticipants: number;
  readonly maxEvents: number;
  readonly eventRetentionMs: number;
  readonly replayEvents: number;
  readonly replayAgeMs: number;
  readonly joinsPerMinutePerIp: number;
  readonly joinsPerSecond: number;
  readonly trustProxy: number;
  /** "*" is any; an empty list is this server's own origin only. */
  readonly allowedOrigins: "*" | readonly string[];
  readonly authMode: "open" | "token";
  readonly sessionSecret: string;
  readonly sessionJwksUrl: string;
  readonly storeUrl: string;
  /** Empty for a process that is alone. */
  readonly redisUrl: string;
  readonly leaseMs: number;
  readonly clusterAddress: string;
  readonly publicAddress: string;
  readonly monitorPassword: string;
  readonly isMonitorOn: boolean;
  readonly logLevel: string;
  readonly isProduction: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting that stops the start. `message` names the setting, the value (never a secret's) and what is allowed. */
export class SettingError extends Error {}

const secrets: ReadonlySet<string> = new Set(["SESSION_SECRET", "MONITOR_PASSWORD", "REDIS_URL"]);

function refuse(name: string, value: string, allowed: string): SettingError {
  const isSecret = secrets.has(name) || value.includes("@"); // a URL's password
  const shown = isSecret ? "(not shown)" : JSON.stringify(value);
  return new SettingError(`${name}=${shown} is not allowed: it must be ${allowed}.`);
}

function readNumber(name: keyof typeof settings, env: Environment): number {
  const setting: Setting = settings[name];
  if (setting.kind !== "number") throw new TypeError(`${name} is not a number setting`);
  const raw = env[name]?.trim() ?? "";
  if (raw === "") return setting.fallback;
  const value = /^\d+$/.test(raw) ? Number(raw) : Number.NaN;
  const isOff = value === 0 && setting.zeroIsOff === true;
  if (isOff || (value >= setting.min && value <= setting.max)) return value;
  const off = setting.zeroIsOff ? ", or 0" : "";
  throw refuse(name, raw, `a whole number from ${setting.min} to ${setting.max}${off}`);
}

function readText(name: keyof typeof settings, env: Environment): string {
  const setting: Setting = settings[name];
  if (setting.kind !== "text") throw new TypeError(`${name} is not a text setting`);
  const value = env[name] ?? "";
  if (value === "") return setting.fallback;
  const allowed = setting.refuse?.(value);
  if (allowed !== undefined) throw refuse(name, value, allowed);
  return value;
}

function readOrigins(env: Environment, isProduction: boolean): Config["allowedOrigins"] {
  const value = readText("ALLOWED_ORIGINS", env);
  if (value === "*" || (value === "" && !isProduction)) return "*";
  return value === "" ? [] : value.split(",");
}

/**
 * Reads the settings from an environment.
 * @throws SettingError for the first value that is not allowed, or for two that do not go together.
 */
export function loadConfig(env: Environment): Config {
  const isProduction = env.NODE_ENV === "production";
  const monitorPassword = readText("MONITOR_PASSWORD", env);
  const config: Config = {
    port: readNumber("PORT", env),
    host: readText("HOST", env),
    gracePeriodMs: readNumber("GRACE_PERIOD_MS", env),
    quietTimeMs: readNumber("QUIET_TIME_MS", env),
    flapsPerMinute: readNumber("FLAPS_PER_MINUTE", env),
    heartbeatIntervalMs: readNumber("HEARTBEAT_INTERVAL_MS", env),
    heartbeatTimeoutMs: readNumber("HEARTBEAT_TIMEOUT_MS", env),
    pingIntervalMs: readNumber("PING_INTERVAL_MS", env),
    pingMaxRetries: readNumber("PING_MAX_RETRIES", env),
    maxParticipants: readNumber("MAX_PARTICIPANTS", env),
    maxEvents: readNumber("MAX_EVENTS", env),
    eventRetentionMs: readNumber("EVENT_RETENTION_MS", env),
    replayEvents: readNumber("REPLAY_EVENTS", env),
    replayAgeMs: readNumber("REPLAY_AGE_MS", env),
    joinsPerMinutePerIp: readNumber("JOINS_PER_MINUTE_PER_IP", env),
    joinsPerSecond: readNumber("JOINS_PER_SECOND", env),
    trustProxy: readNumber("TRUST_PROXY", env),
    allowedOrigins: readOrigins(env, isProduction),
    authMode: readText("AUTH_MODE", env) === "token" ? "token" : "open",
    sessionSecret: readText("SESSION_SECRET", env),
    sessionJwksUrl: readText("SESSION_JWKS_URL", env),
    storeUrl: env.STORE_URL
      ? readText("STORE_URL", env)
      : readText("REDIS_URL", env) || readText("STORE_URL", env),
    redisUrl: readText("REDIS_URL", env),
    leaseMs: readNumber("LEASE_MS", env),
    clusterAddress: readText("CLUSTER_ADDRESS", env),
    publicAddress: readText("PUBLIC_ADDRESS", env),
    monitorPassword,
    isMonitorOn: !isProduction || monitorPassword !== "",
    logLevel: readText("LOG_LEVEL", env),
    isProduction,
  };
  if (config.isProduction && config.authMode === "open" && !env.AUTH_MODE)
    throw new SettingError(
      "AUTH_MODE is not set: in production it must be token, or open if anyone may take any free seat.",
    );
  checkRelations(config);
  return config;
}

/** @throws SettingError for settings that do not go together; createApp asks it, too. */
export function checkRelations(config: Config): void {
  const keys = Number(config.sessionSecret !== "") + Number(config.sessionJwksUrl !== "");
  if (config.authMode === "token" && keys !== 1)
    throw new SettingError("AUTH_MODE=token needs either SESSION_SECRET or SESSION_JWKS_URL, and not both.");
  if (config.quietTimeMs >= config.gracePeriodMs)
    throw new SettingError(
      `QUIET_TIME_MS=${config.quietTimeMs} is not allowed: it must be less than GRACE_PERIOD_MS=${config.gracePeriodMs}.`,
    );
  if (config.redisUrl !== "" && config.storeUrl !== config.redisUrl)
    throw new SettingError(
      "STORE_URL must be the same as REDIS_URL, or not set: one Redis keeps the seats and says whose they are.",
    );
}

/** What is allowed and probably not meant, as a sentence each. */
export function doubtsAbout(config: Config): string[] {
  const { heartbeatTimeoutMs, heartbeatIntervalMs } = config;
  if (heartbeatTimeoutMs === 0 || heartbeatTimeoutMs > heartbeatIntervalMs) return [];
  return [
    `HEARTBEAT_TIMEOUT_MS=${heartbeatTimeoutMs} is not more than HEARTBEAT_INTERVAL_MS=${heartbeatIntervalMs}: clients that beat as they are told will time out.`,
  ];
}
