// Builds the pages of src/pages into dist/pages, which the server serves (src/ops/pages.ts).
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { licenceNotices } from "./scripts/licence-notices.ts";
import { pagesPlugin } from "./scripts/pages/pages-plugin.ts";
import { words } from "./scripts/words.ts";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Our client, the SDK, and what it stands on; not what the pages are made with. */
const isClient = (id: string) =>
  /\/src\/(?:client|schema)\/|\/node_modules\/(?!preact\/|@lingui\/|uqr\/|@tanstack\/)/.test(id);

export default defineConfig({
  root: at("src/pages"),
  base: "./", // a server behind a path prefix serves them, too
  plugins: [words(), pagesPlugin(), licenceNotices()],
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    outDir: at("dist/pages"),
    emptyOutDir: true,
    assetsInlineLimit: 0, // nothing inline: the content policy allows 'self' only
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rollupOptions: {
      // Apart, so that it stays in caches when only pages change, and its size is seen (test/browser/bytes.test.ts).
      output: { manualChunks: (id) => (isClient(id) ? "client" : undefined) },
      input: Object.fromEntries(
        ["index", "host", "demo", "phone"].map((page) => [page, at(`src/pages/${page}.html`)]),
      ),
    },
  },
});
