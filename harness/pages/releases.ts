// Releases of the pages, and a server that changes from one to another: in front of a real one, whose everything else it passes on.
import { mkdtempSync, rmSync } from "node:fs";
import {
  createServer,
  type IncomingMessage,
  request as ask,
  type Server,
  type ServerResponse,
} from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import express, { type RequestHandler } from "express";
import { endingWorker, workerPath } from "../../src/ops/pages/no-pages.ts";
import { pages } from "../../src/ops/pages/page-routes.ts";

/**
 * Builds the pages as they are, marked as a release of their own: `data-release` of the document, set by a script.
 * @param before the folder of the release before
 */
export async function buildRelease(name: string, before?: string): Promise<string> {
  const { build } = await import("vite");
  const folder = mkdtempSync(join(tmpdir(), `holdfast-release-${name}-`));
  const kept = process.env.KEEP_PAGES_OF;
  process.env.KEEP_PAGES_OF = before ?? "";
  try {
    const mark = `\ndocument.documentElement.dataset.release = "${name}";\n`;
    await build({
      configFile: "vite.config.ts",
      logLevel: "warn",
      build: { outDir: folder },
      plugins: [
        {
          name: "release",
          transform: (code, id) => (id.endsWith("/participant/app.tsx") ? code + mark : undefined),
        },
      ],
    });
  } finally {
    if (kept === undefined) delete process.env.KEEP_PAGES_OF;
    else process.env.KEEP_PAGES_OF = kept;
  }
  return folder;
}

export function removeReleases(...folders: readonly string[]): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

/** What a server of a release without pages answers. */
const noPages = express()
  .get(workerPath, endingWorker)
  .use(["/", "/host"], (_request, response) => void response.status(404).send("There is nothing here"));

/** Serves the pages of one release, then another, before the same server. */
export class ReleaseServer {
  readonly port: number;
  /** Every path that was asked for here, with its query. */
  readonly asked: string[] = [];
  readonly #server: Server;
  readonly #behind: number;
  readonly #sockets = new Set<Duplex>();
  #pages: RequestHandler = noPages;

  private constructor(server: Server, behind: number) {
    this.#server = server;
    this.#behind = behind;
    this.port = (server.address() as AddressInfo).port;
    server.on("connection", (socket) => this.#hold(socket));
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      this.asked.push(request.url ?? "");
      this.#pages(request as never, response as never, () => this.#pass(request, response));
    });
    server.on("upgrade", (request: IncomingMessage, socket: Socket, head: Buffer) =>
      this.#splice(request, socket, head),
    );
  }

  /** @param behind the port of the server that has the events */
  static async start(behind: number): Promise<ReleaseServer> {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    return new ReleaseServer(server, behind);
  }

  /** From now on it is this release; undefined is one without pages. */
  deploy(folder: string | undefined): void {
    this.#pages = folder === undefined ? noPages : express().use(pages(folder));
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #hold(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => this.#sockets.delete(socket));
  }

  #pass(request: IncomingMessage, response: ServerResponse): void {
    const { method, url, headers } = request;
    const passed = ask({ port: this.#behind, host: "127.0.0.1", method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on("error", () => response.destroy());
    request.pipe(passed);
  }

  #splice(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const lines = [`${request.method} ${request.url} HTTP/1.1`];
    for (let at = 0; at < request.rawHeaders.length; at += 2)
      lines.push(`${request.rawHeaders[at]}: ${request.rawHeaders[at + 1]}`);
    const passed = connect(this.#behind, "127.0.0.1", () => {
      passed.write(`${lines.join("\r\n")}\r\n\r\n`);
      passed.write(head);
      socket.pipe(passed).pipe(socket);
    });
    this.#hold(passed);
    passed.on("close", () => socket.destroy());
    socket.on("close", () => passed.destroy());
  }
}
