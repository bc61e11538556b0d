// `npm run dev`: the server, started again when a file of `src` changes, and the pages from Vite, loaded again when theirs
// do. Seats survive both: whoever is in an event stays in it. Settings are those of `npm start`.
import { join, resolve } from "node:path";
import { createServer } from "vite";
import { readCommandLine, whole } from "../../src/command-line.ts";
import { RestartingServer } from "./restarting-server.ts";

const { values } = readCommandLine(
  {
    name: "npm run dev --",
    summary: "The server and its pages, each started or loaded again when its sources change.",
    options: { pages: whole("Port of the pages; 0 takes a free one", 5173, 0, 65_535) },
  },
  process,
);

const root = resolve(import.meta.dirname, "../..");
const port = process.env.PORT ?? "2567";
const env = { ...process.env, PORT: port };

/** What the server answers; every other path is a page's or one of its modules. */
const ofServer = /^\/(?:matchmake|metrics|monitor|healthz|readyz|host\/)/;
/** Vite's own WebSockets; every other one is a seat's. */
const isOfVite = (protocol: string | undefined) => protocol?.startsWith("vite-") ?? false;

const vite = await createServer({
  configFile: join(root, "vite.config.ts"),
  appType: "mpa",
  server: {
    port: values.pages,
    proxy: {
      "^/": {
        target: `http://127.0.0.1:${port}`,
        ws: true,
        // A path that is returned is Vite's own.
        bypass(request, response) {
          const { url = "/", headers } = request;
          const isOurs =
            response === undefined ? !isOfVite(headers["sec-websocket-protocol"]) : ofServer.test(url);
          if (isOurs) return undefined;
          return /^\/host(?:\?|$)/.test(url) ? url.replace("/host", "/host.html") : url;
        },
      },
    },
  },
});
await vite.listen();

const server = new RestartingServer(["-r", join(root, "src/boot.cjs"), join(root, "src/index.ts")], env);
server.watch(join(root, "src"), (path) => !path.startsWith("pages"));

console.log(`Pages on ${vite.resolvedUrls?.local[0] ?? "no address"} (/ and /host), server on port ${port}`);

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.once(signal, () => {
    void Promise.allSettled([server.end(), vite.close()]).then(() => process.exit(0));
  });
