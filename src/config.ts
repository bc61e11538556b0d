// Reads the settings of `settings.ts` from an environment.
// Pure: takes the environment as an argument and returns a Config, or throws one sentence a person can act on.
import { misspeltSettings } from "./misspelt.ts";
import type { NumberSetting, Setting, TextSetting } from "./setting-kinds.ts";
import { settings } from "./settings.ts";

export { settings };
export type { Setting } from "./setting-kinds.ts";

type Name = keyof typeof settings;
type Named<Kind> = { [N in Name]: (typeof settings)[N] extends Kind ? N : never }[Name];
/** GRACE_PERIOD_MS -> gracePeriodMs */
type Camel<N extends string> = N extends `${infer Head}_${infer Tail}`
  ? `${Lowercase<Head>}${Capitalize<Camel<Tail>>}`
  : Lowercase<N>;
type Numbers = { readonly [N in Named<NumberSetting> as Camel<N>]: number };
type Texts = { readonly [N in Named<TextSetting> as Camel<N>]: string };

/** The settings as the server uses them: SOME_SETTING is `someSetting`. */
export interface Config extends Numbers, Omit<Texts, "allowedOrigins" | "authMode" | "eventCreation"> {
  /** "*" is any; an empty list is this server's own origin only. */
  readonly allowedOrigins: "*" | readonly string[];
  readonly authMode: "open" | "token" | "user" | "custom";
  readonly eventCreation: EventCreation;
  readonly isMonitorOn: boolean;
  readonly isProduction: boolean;
  /** Names in the environment that look like a setting's and are none, a sentence each. */
  readonly misspelt: readonly string[];
}

/** Whose joins may open events: EVENT_CREATION. */
export type EventCreation = "anyone" | "hosts" | "server";

/** Where settings are read from: `process.env`, or an object of the same form. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting that stops the start. `message` names the setting, the value (never a secret's) and what is allowed. */
export class SettingError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "SettingError";
    this.stack = `${this.name}: ${message}`; // where it was thrown tells nobody anything
  }
}

function refuse(name: string, setting: Setting, value: string, allowed: string): SettingError {
  // Of any other text, too: a URL's password stands before the host or in the query.
  const isSecret = (setting.kind === "text" && setting.isSecret === true) || /[@?#]/.test(value);
  const shown = isSecret ? "(not shown)" : JSON.stringify(value);
  return new SettingError(`${name}=${shown} is not allowed: it must be ${allowed}.`);
}

function readNumber(name: string, setting: NumberSetting, env: Environment): number {
  const raw = env[name]?.trim() ?? "";
  if (raw === "") return setting.fallback;
  const value = /^\d+$/.test(raw) ? Number(raw) : Number.NaN;
  const isOff = value === 0 && setting.zeroIsOff === true;
  if (isOff || (value >= setting.min && value <= setting.max)) return value;
  const off = setting.zeroIsOff ? ", or 0" : "";
  throw refuse(name, setting, raw, `a whole number from ${setting.min} to ${setting.max}${off}`);
}

function readText(name: string, setting: TextSetting, env: Environment): string {
  const value = env[name] ?? "";
  if (value === "") return setting.fallback;
  const allowed = setting.refuse?.(value);
  if (allowed !== undefined) throw refuse(name, setting, value, allowed);
  return value;
}

const camel = (name: string) =>
  name.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

/** Each setting of the table, in its order: the first that is not allowed is the one that is named. */
function readAll(env: Environment): Numbers & Texts {
  const read = Object.entries<Setting>(settings).map(([name, setting]) => {
    const value = setting.kind === "number" ? readNumber(name, setting, env) : readText(name, setting, env);
    return [camel(name), value] as const;
  });
  return Object.fromEntries(read) as unknown as Numbers & Texts;
}

function originsOf(value: string, isProduction: boolean): Config["allowedOrigins"] {
  if (value === "*" || (value === "" && !isProduction)) return "*";
  return value === "" ? [] : value.split(",");
}

/**
 * Reads the settings from an environment.
 * @returns all of them, with the defaults of those that are not set; durations in milliseconds
 * @example
 * const { gracePeriodMs } = loadConfig({ GRACE_PERIOD_MS: "60000" }); // 60000
 * @throws SettingError for the first value that is not allowed, or for two that do not go together.
 */
export function loadConfig(env: Environment): Config {
  const isProduction = env.NODE_ENV === "production";
  const read = readAll(env);
  const config: Config = {
    ...read,
    allowedOrigins: originsOf(read.allowedOrigins, isProduction),
    authMode: read.authMode as Config["authMode"],
    eventCreation: read.eventCreation as EventCreation,
    storeUrl: env.STORE_URL ? read.storeUrl : read.redisUrl || read.storeUrl,
    isMonitorOn: !isProduction || read.monitorPassword !== "",
    isProduction,
    misspelt: misspeltSettings(env, Object.keys(settings)),
  };
  if (config.isProduction && config.authMode === "open" && !env.AUTH_MODE)
    throw new SettingError(
      "AUTH_MODE is not set: in production it must be token, user or custom, or open if anyone may take any free seat.",
    );
  checkRelations(config);
  return config;
}

/** @throws SettingError for settings that do not go together; createApp asks it, too. */
export function checkRelations(config: Config): void {
  const { authMode } = config;
  const keys = Number(config.sessionSecret !== "") + Number(config.sessionJwksUrl !== "");
  if ((authMode === "token" || authMode === "user") && keys !== 1)
    throw new SettingError(
      `AUTH_MODE=${authMode} needs either SESSION_SECRET or SESSION_JWKS_URL, and not both.`,
    );
  if (authMode === "user" && (config.sessionIssuer === "" || config.sessionAudience === ""))
    throw new SettingError(
      "AUTH_MODE=user needs SESSION_ISSUER and SESSION_AUDIENCE: a token that was issued for another application must not be good here.",
    );
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
  const { heartbeatTimeoutMs, heartbeatIntervalMs, misspelt, authMode } = config;
  const doubts = [...misspelt];
  if (config.openPlay === "on" && config.eventCreation !== "anyone")
    doubts.push(
      `OPEN_PLAY=on does nothing with EVENT_CREATION=${config.eventCreation}: those who type a code may not open an event.`,
    );
  if (heartbeatTimeoutMs > 0 && heartbeatTimeoutMs <= heartbeatIntervalMs)
    doubts.push(
      `HEARTBEAT_TIMEOUT_MS=${heartbeatTimeoutMs} is not more than HEARTBEAT_INTERVAL_MS=${heartbeatIntervalMs}: clients that beat as they are told will time out.`,
    );
  const { sessionAudience, sessionIssuer, sessionMaxAgeMs } = config;
  if (authMode === "open" && (sessionAudience !== "" || sessionIssuer !== "" || sessionMaxAgeMs > 0))
    doubts.push("SESSION_AUDIENCE, SESSION_ISSUER and SESSION_MAX_AGE_MS say nothing in AUTH_MODE=open.");
  return doubts;
}
