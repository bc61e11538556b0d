// Serves the built pages: `/`, `/host` and their assets, each page in the language that suits the request, with a content policy
// that lets nothing in from elsewhere. Reads files of dist/pages only; knows nothing of events.
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { type RequestHandler, type Response, Router } from "express";
import { BuiltPages } from "./built-pages.ts";
import { compressedFiles } from "./compressed-files.ts";

/** The same folder from src/ops/pages and from dist/ops/pages. */
const builtPages = fileURLToPath(new URL("../../../dist/pages/", import.meta.url));

/** What a browser would show by itself. */
const isDocument = /\.(?:html|svg)(?:\.(?:br|gz))?$/;

/** The pages, by their paths. */
const pagesAt: Readonly<Record<string, string>> = { "/": "index", "/host": "host" };
/** The demo's: its stage, and a phone on it. */
const demoAt: Readonly<Record<string, string>> = { "/demo": "demo", "/demo-phone": "phone" };

/**
 * A router for the pages in `folder`; passes on what is none of them. Pages that are not built say how to build them.
 * @param hasDemo the demo's pages, too
 */
export function pages(folder: string = builtPages, hasDemo = false): RequestHandler {
  const pageAt = hasDemo ? { ...pagesAt, ...demoAt } : pagesAt;
  const router = Router({ strict: true });
  const built = new BuiltPages(folder);
  const secure = (response: Response) =>
    response.set({
      "content-security-policy": built.policy,
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    });
  router.use(
    "/assets",
    compressedFiles(`${folder}/assets`, {
      setHeaders(response, path) {
        // A policy is a document's: on scripts, styles and fonts it would be half a kilobyte each for nothing.
        if (isDocument.test(path)) secure(response);
        else response.set("x-content-type-options", "nosniff");
        response.set("cache-control", "public, max-age=31536000, immutable"); // their names hold their hash
      },
    }),
  );
  router.use(
    compressedFiles(folder, {
      fileOf(request) {
        const page = pageAt[request.path];
        const language = page === undefined ? undefined : built.languageFor(request);
        return language === undefined ? undefined : `/${page}.${language}.html`;
      },
      setHeaders(response, path, { size, mtimeMs }) {
        secure(response).set("cache-control", "no-cache");
        if (!path.includes(".html")) return;
        if (isOfDemo(path)) response.set("content-security-policy", built.demoPolicy(response.req.hostname));
        // Express's own ETag is length and age, in which two languages of a page may be the same.
        const tag = [basename(path), size.toString(16), Math.round(mtimeMs).toString(16)].join("-");
        response.vary("accept-language").set("etag", `W/"${tag}"`);
      },
    }),
  );
  router.get("/host/", (_request, response) => response.redirect(308, "../host")); // its assets are relative
  router.get(Object.keys(pageAt), (_request, response) => {
    secure(response).set("cache-control", "no-store").type("html").send(notBuilt);
  });
  return router;
}

/** A built file of the demo's pages. */
const isOfDemo = (path: string): boolean => /^(?:demo|phone)\./.test(basename(path));

const notBuilt = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Holdfast</title>
<h1>Holdfast is running</h1>
<p>The pages are not built yet: <code>npm run build:pages</code>, then load this page again.</p>
<p>Join with a Colyseus 0.18 SDK: <code>client.joinOrCreate("event", { event_id, device_id, session_token })</code></p>
</html>
`;
