// What answers at the address of the pages' service worker where there are no pages (any more): one that takes away what an
// earlier release has left in the browsers, and then itself. Without it they would go on showing pages that nobody serves.
import type { RequestHandler } from "express";

/** The pages' worker (src/pages/shell/worker/names.ts). */
export const workerPath = "/holdfast-worker.js";

const worker = `// There are no pages here: what an earlier release has kept of them is taken away.
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil((async () => {
  const ours = "holdfast-shell " + new URL(registration.scope).pathname + " ";
  for (const name of await caches.keys()) if (name.startsWith(ours)) await caches.delete(name);
  await registration.unregister();
})()));
`;

export const endingWorker: RequestHandler = (_request, response) => {
  response
    .set({ "cache-control": "no-cache", "x-content-type-options": "nosniff" })
    .type("text/javascript")
    .send(worker);
};
