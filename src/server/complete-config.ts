// The settings of a server that is built from code: those that are given over the defaults. The environment is not read.
import { type Config, checkRelations, loadConfig, SettingError } from "../config.ts";
import { checkProvider } from "../identity/providers/create-provider.ts";
import type { IdentityProvider } from "../identity/provider.ts";
import { nearest } from "../misspelt.ts";

/**
 * @param options settings by their names in Config; what is left out, or undefined, has the default of `loadConfig({})`
 * @param caller whose sentence it is
 * @param identity a provider, which takes the place of AUTH_MODE
 * @throws TypeError for a name that is no setting's; SettingError for what is no value of a setting, and for settings that
 * do not go together. Ranges are the environment's: a test may have a grace of 5 ms
 */
export function completeConfig(
  options: Partial<Config> = {},
  caller: string,
  identity?: IdentityProvider,
): Config {
  const defaults = loadConfig({});
  const given = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Partial<Config>;
  checkNames(given, Object.keys(defaults), `${caller}: config`);
  checkValues(given, defaults, caller);
  checkProvider(identity, given.authMode);
  const { storeUrl = given.redisUrl } = given;
  const config: Config = {
    ...defaults,
    ...given,
    ...(storeUrl ? { storeUrl } : {}),
    ...(identity === undefined ? {} : { authMode: "custom" }),
  };
  checkRelations(config);
  return config;
}

/** What a word may be, where TypeScript knows and the type is gone at run time. */
const words: Partial<Record<keyof Config, readonly string[]>> = {
  authMode: ["open", "token", "user", "custom"],
  eventCreation: ["anyone", "hosts", "server"],
};

function checkValues(given: Partial<Config>, defaults: Config, caller: string): void {
  for (const [key, value] of Object.entries(given)) {
    const name = key as keyof Config;
    const allowed = words[name];
    const isNumber = typeof defaults[name] === "number";
    const isGood = isNumber
      ? typeof value === "number" && value >= 0
      : allowed === undefined || allowed.includes(value as string);
    if (isGood) continue;
    const must = isNumber ? "a number, 0 or more" : `one of ${allowed?.join(", ")}`;
    throw new SettingError(
      `${caller}: config.${name} is not allowed to be ${typeof value === "string" ? JSON.stringify(value) : String(value)}: it must be ${must}.`,
    );
  }
}

/** @throws TypeError with one sentence for a name that is none of `known` */
export function checkNames(given: object, known: readonly string[], what: string): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const meant = nearest(unknown, known);
  const hint = meant === undefined ? "" : `; ${meant} is the nearest that there is`;
  throw new TypeError(`${what} has no option ${JSON.stringify(unknown)}${hint}`);
}
