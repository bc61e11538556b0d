// Makes public/page.js of src/page.ts: `npm run build`. With --serve it starts the server as well, and makes the page
// again whenever one of its files changes: `npm run dev`, where Node starts all of this again when the server's do.
import { context } from "esbuild";

const isServing = process.argv.includes("--serve");

const page = await context({
  entryPoints: ["src/page.ts"],
  outfile: "public/page.js",
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: !isServing,
  sourcemap: isServing,
  logLevel: "warning",
});
await page.rebuild();
if (isServing) {
  await page.watch();
  await import("./src/main.ts");
} else await page.dispose();
