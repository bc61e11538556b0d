// The pages without a server behind them: built by Vite as they are asked for, with a session of nobody's (fake-session.ts).
import { fileURLToPath } from "node:url";
import { createServer, type Plugin, type ViteDevServer } from "vite";

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

/** What the pages stand on. */
const dependencies = ["preact", "preact/hooks", "preact/jsx-dev-runtime", "@lingui/core", "uqr"];

/** Serves the pages on this port. Whoever asks for it closes it. */
export async function servePages(port: number): Promise<ViteDevServer> {
  const server = await createServer({
    plugins: [stage],
    logLevel: "warn",
    server: { port, strictPort: true, host: "127.0.0.1", fs: { strict: false } },
    // Named, and none found later: finding one loads open pages again.
    optimizeDeps: { noDiscovery: true, include: dependencies },
    cacheDir: fileURLToPath(new URL("../../node_modules/.vite-preview", import.meta.url)),
  });
  return server.listen();
}
