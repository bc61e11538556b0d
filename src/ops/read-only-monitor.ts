// The monitor may look and not touch (`refuseActions`), and so its page shows no button that would touch: its HTML gets one
// more style sheet. The names that are hidden are those of @colyseus/monitor 0.18.5 and of MUI's icons.
import { promises } from "node:fs";
import type { RequestHandler } from "express";

/** Buttons and columns of the monitor's page that delete, send, disconnect and edit. */
export const hiddenInMonitor = [
  '[data-field="Dispose"]',
  'button:has([data-testid="DeleteForeverIcon"])',
  'button:has([data-testid="SendIcon"])',
  'button:has([data-testid="DoDisturbOnIcon"])',
  ".jer-edit-buttons",
] as const;

const sheet = "read-only.css";
const rules = `${hiddenInMonitor.join(",\n")} {\n  display: none !important;\n}\n`;

/** Before the monitor itself: its page with our sheet, and the sheet. Without its page, the monitor answers as it is. */
export function readOnlyMonitor(): RequestHandler {
  let page: Promise<string | undefined> | undefined;
  return async (request, response, next) => {
    if (request.path === `/${sheet}`) return void response.type("css").send(rules);
    const [path = ""] = request.originalUrl.split("?");
    if (request.path !== "/" || !path.endsWith("/")) return next(); // without the slash the monitor redirects
    const html = await (page ??= monitorsPage().catch(() => undefined));
    if (html === undefined) return next();
    return void response
      .type("html")
      .send(html.replace("</head>", `  <link rel="stylesheet" href="./${sheet}">\n</head>`));
  };
}

async function monitorsPage(): Promise<string> {
  return promises.readFile(new URL("static/index.html", import.meta.resolve("@colyseus/monitor")), "utf8");
}
