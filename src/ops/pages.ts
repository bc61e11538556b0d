// Serves the built pages: `/`, `/host` and their assets, with a content policy that lets nothing in from elsewhere.
// Reads files of dist/pages only; knows nothing of events.
import { fileURLToPath } from "node:url";
import { type RequestHandler, type Response, Router } from "express";
import { compressedFiles } from "./compressed-files.ts";

/** The same folder from src/ops and from dist/ops. */
const builtPages = fileURLToPath(new URL("../../dist/pages/", import.meta.url));

const policy = [
  "default-src 'self'",
  "connect-src 'self' ws: wss:",
  "img-src 'self' data:",
  "style-src 'self'",
  "script-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "form-action 'self'",
].join("; ");

function secure(response: Response): void {
  response.set({
    "content-security-policy": policy,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
  });
}

/** A router for the pages in `folder`; passes on what is none of them. Pages that are not built say how to build them. */
export function pages(folder: string = builtPages): RequestHandler {
  const router = Router({ strict: true });
  router.use(
    "/assets",
    compressedFiles(`${folder}/assets`, {
      index: false,
      setHeaders(response) {
        secure(response);
        response.set("cache-control", "public, max-age=31536000, immutable"); // their names hold their hash
      },
    }),
  );
  router.use(
    compressedFiles(folder, {
      index: "index.html",
      bareNames: ["/host"],
      setHeaders(response) {
        secure(response);
        response.set("cache-control", "no-cache");
      },
    }),
  );
  router.get("/host/", (_request, response) => response.redirect(308, "../host")); // its assets are relative
  router.get(["/", "/host"], (_request, response) => {
    secure(response);
    response.set("cache-control", "no-store").type("html").send(notBuilt);
  });
  return router;
}

const notBuilt = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Holdfast</title>
<h1>Holdfast is running</h1>
<p>The pages are not built yet: <code>npm run build:pages</code>, then load this page again.</p>
<p>Join with a Colyseus 0.18 SDK: <code>client.joinOrCreate("event", { event_id, device_id, session_token })</code></p>
</html>
`;
