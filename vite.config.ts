// Builds the pages of src/pages into dist/pages, which the server serves (src/ops/pages/page-routes.ts).
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { licenceNotices } from "./scripts/licence-notices.ts";
import { partsPlugin } from "./scripts/pages/page-parts.ts";
import { pagesPlugin } from "./scripts/pages/pages-plugin.ts";
import { withoutUnused } from "./scripts/pages/without-unused.ts";
import { words } from "./scripts/words.ts";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Our client, the SDK, and what it stands on; not what the pages are made with. */
const isClient = (id: string) =>
  /\/src\/(?:client|schema)\/|\/node_modules\/(?!preact\/|@lingui\/|uqr\/|@tanstack\/)/.test(id);

/** What pages share, in two files: each file more costs its headers, and what compression would have found in the other. */
const shared: Readonly<Record<string, RegExp>> = {
  // Needed by a page's entry.
  first:
    /vite\/preload-helper|\/@lingui\/core\/|\/pages\/(?:languages\/(?:choose|languages|words)|core\/(?:places|event-code)|tab-memory|older-browsers|ui\/after-paint|shell\/(?:keep-shell|worker\/names))\.ts$/,
  // Needed by what is on the screen once somebody is in an event.
  screen:
    /\/preact\/|\/pages\/(?:ui\/(?:announcer|clock|dialog|ticker|wordmark)|core\/(?:countdown|look-alikes|others|person)|languages\/format)\.tsx?$/,
};

function chunkOf(id: string): string | undefined {
  // First: the client's pattern takes what has no folder of ours.
  for (const [name, modules] of Object.entries(shared)) if (modules.test(id)) return name;
  return isClient(id) ? "client" : undefined;
}

export default defineConfig({
  root: at("src/pages"),
  base: "./", // a server behind a path prefix serves them, too
  plugins: [withoutUnused(), words(), partsPlugin(), pagesPlugin(), licenceNotices()],
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    outDir: at("dist/pages"),
    emptyOutDir: true,
    assetsInlineLimit: 0, // nothing inline: the content policy allows 'self' only
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rollupOptions: {
      // Apart, so that it stays in caches when only pages change, and its size is seen (test/browser/bytes.test.ts).
      output: { manualChunks: chunkOf },
      input: Object.fromEntries(
        ["index", "host", "demo", "phone"].map((page) => [page, at(`src/pages/${page}.html`)]),
      ),
    },
  },
});
