// How much a page has to load for our client.
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { build } from "vite";

describe("the client's bundle", () => {
  it("[C18] is under 66 kB gzip, the SDK included, and holds no server code and no validator", async () => {
    const built = await build({
      configFile: false,
      logLevel: "silent",
      build: {
        write: false,
        target: "es2022",
        modulePreload: false,
        rollupOptions: { input: "src/client/index.ts", preserveEntrySignatures: "strict" },
      },
    });
    if (!("output" in built)) throw new Error("one output was expected");
    const chunks = built.output.filter((file) => file.type === "chunk");
    const bytes = chunks.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0);
    expect(bytes).to.be.within(30_000, 66_000);
    const modules = chunks.flatMap(({ moduleIds }) => moduleIds).join("\n");
    expect(modules).not.to.match(
      /src\/(?:rooms|seats|store|identity|ops)\/|node_modules\/(?:zod|@colyseus\/core)\//,
    );
  });
});
