// The pages without a server behind them: built by Vite as they are asked for, with a session of nobody's (fake-session.ts).
import type { IncomingMessage } from "node:http";
import { fileURLToPath } from "node:url";
import { createServer, type Plugin, type ViteDevServer } from "vite";
import { answerOf } from "./preview-api.ts";

const fake = fileURLToPath(new URL("fake-session.ts", import.meta.url));
const api = "/api/v1";

async function bodyOf(request: IncomingMessage): Promise<object> {
  let text = "";
  for await (const part of request) text += String(part);
  return text === "" ? {} : (JSON.parse(text) as object);
}

const stage: Plugin = {
  name: "stage",
  enforce: "pre",
  resolveId: (source) => (source.endsWith("/client/index.ts") ? fake : undefined),
  configureServer(server) {
    server.middlewares.use((request, response, next) => {
      const { pathname } = new URL(request.url ?? "/", "http://localhost");
      if (pathname === "/host") request.url = request.url?.replace("/host", "/host.html");
      if (!pathname.startsWith(`${api}/`)) return next();
      const { method = "GET" } = request;
      return void bodyOf(request).then((body) => {
        const answer = answerOf(method, pathname.slice(api.length), body);
        response.statusCode = answer === undefined ? 404 : 200;
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify(answer ?? { code: 404, error: "There is no such route" }));
      }, next);
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
