// The settings of a server that is built from code: those that are given over the defaults. The environment is not read.
import { type Config, checkRelations, loadConfig } from "../config.ts";
import { checkProvider } from "../identity/providers/create-provider.ts";
import type { IdentityProvider } from "../identity/provider.ts";
import { nearest } from "../misspelt.ts";

/**
 * @param given settings by their names in Config; what is left out has the default of `loadConfig({})`
 * @param caller whose sentence it is
 * @param identity a provider, which takes the place of AUTH_MODE
 * @throws TypeError for a name that is no setting's; SettingError for settings that do not go together
 */
export function completeConfig(
  given: Partial<Config> = {},
  caller: string,
  identity?: IdentityProvider,
): Config {
  const defaults = loadConfig({});
  checkNames(given, Object.keys(defaults), `${caller}: config`);
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

/** @throws TypeError with one sentence for a name that is none of `known` */
export function checkNames(given: object, known: readonly string[], what: string): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const meant = nearest(unknown, known);
  const hint = meant === undefined ? "" : `; ${meant} is the nearest that there is`;
  throw new TypeError(`${what} has no option ${JSON.stringify(unknown)}${hint}`);
}
