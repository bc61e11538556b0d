// What the worker, the pages and the build call things alike.

/** Beside the pages, so that its scope is theirs. src/ops/pages/no-pages.ts answers the same address where there are none. */
export const workerFile = "holdfast-worker.js";

/** Every cache of ours: `holdfast-shell <scope> <build> <page> <language>`. */
export const cachePrefix = "holdfast-shell";

/**
 * What a page says to a worker.
 * - `keep`: keep the shell of this page in this language
 * - `take_over`: this page is in no event now; if no other is, the worker that waits may take over
 */
export type ToWorker =
  | { readonly type: "keep"; readonly page: string; readonly language: string }
  | { readonly type: "take_over" };

/** What a worker asks a page, which answers true or false on the port that comes with it. */
export type ToPage = { readonly type: "is_in_event" };
