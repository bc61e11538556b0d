// The pages without a server, in every state, with hot reload: `node harness/pages/preview.ts [port]`, then
// `/?event=demo&fake=reconnecting&people=24` or `/host?event=demo&people=500` (any token signs in).
import { fileURLToPath } from "node:url";
import { createServer, type Plugin } from "vite";

const fake = fileURLToPath(new URL("fake-session.ts", import.meta.url));
const events = [
  { event_id: "demo", connected: 21, held: 3, left: 2 },
  { event_id: "Friday quiz", connected: 148, held: 12, left: 31 },
  { event_id: "all-hands 2026 — Zürich", connected: 4, held: 0, left: 0 },
];

const stage: Plugin = {
  name: "stage",
  enforce: "pre",
  resolveId: (source) => (source.endsWith("/client/index.ts") ? fake : undefined),
  configureServer(server) {
    server.middlewares.use((request, response, next) => {
      const { pathname } = new URL(request.url ?? "/", "http://localhost");
      if (pathname === "/host") request.url = request.url?.replace("/host", "/host.html");
      const answers: Record<string, unknown> = {
        "/host/events": { server_time: Date.now(), events },
        "/host/session": { host_token: "fake" },
      };
      if (!Object.hasOwn(answers, pathname)) return next();
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(answers[pathname]));
    });
  },
};

const port = Number(process.argv[2] ?? 5199);
const server = await createServer({
  plugins: [stage],
  server: { port, host: "127.0.0.1", fs: { strict: false } },
  cacheDir: fileURLToPath(new URL("../../node_modules/.vite-preview", import.meta.url)),
});
await server.listen();
console.log(`http://127.0.0.1:${port}/?event=demo  http://127.0.0.1:${port}/host?event=demo`);
