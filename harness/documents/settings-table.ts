// The README's table of settings, made from the one table in src/config.ts; `node harness/documents/settings-table.ts` prints it.
import { type Setting, settings } from "../../src/config.ts";

function rangeOf(setting: Setting): string {
  if (setting.kind === "text") return "";
  return `${setting.min} to ${setting.max}${setting.zeroIsOff ? ", or 0" : ""}`;
}

export function settingsTable(): string {
  const rows = Object.entries(settings).map(([name, setting]) => {
    const fallback = setting.fallback === "" ? "" : `\`${setting.fallback}\``;
    return `| \`${name}\` | ${fallback} | ${rangeOf(setting)} | ${setting.meaning} |`;
  });
  return ["| setting | default | range | meaning |", "|---|---|---|---|", ...rows].join("\n");
}

if (import.meta.main) console.log(settingsTable());
