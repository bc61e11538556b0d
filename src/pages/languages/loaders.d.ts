// What the build makes of the catalogues (scripts/words.ts): for each page one module a language, loaded when it is asked for.
declare module "virtual:words/*" {
  import type { Messages } from "@lingui/core";
  import type { Language } from "src/pages/languages/languages.ts";
  const loaders: Readonly<Record<Language, () => Promise<{ readonly default: Messages }>>>;
  export default loaders;
}
