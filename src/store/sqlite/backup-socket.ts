// Where a running server is asked for a backup: a socket beside its database file, for the file's owner only. The file
// itself is locked while the server uses it, so that no other program can hold up or damage what the server writes.
// One line of JSON asks ({"backup": "<absolute path>"}), one answers ({"done": true} or {"error": "<why>"}).
import { chmodSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { privateMode, removeIfThere } from "./private-files.ts";
import type { StoreLog } from "../store-log.ts";

/** What can be backed up: the SQLite store. */
export interface BackupSource {
  /** Writes a copy to a path where nothing is yet. */
  backup(path: string): Promise<void>;
}

/** The shortest limit of the systems that we know (macOS), with the end of the string. */
const longestPathBytes = 103;
const longestLineBytes = 8192;
/** Who has connected and asks for nothing is cut after this. */
const askWithinMs = 5000;

const socketPathOf = (storePath: string) => `${storePath}-backup.sock`;

export class BackupSocket {
  readonly #path: string;
  readonly #source: BackupSource;
  #server: Server | undefined;
  #isBusy = false;

  constructor(storePath: string, source: BackupSource) {
    this.#path = socketPathOf(storePath);
    this.#source = source;
  }

  /** Begins to listen; the store's lock must be held, for a socket that is there is then nobody's. Never rejects. */
  async listen(log: StoreLog): Promise<void> {
    try {
      await this.close();
      if (Buffer.byteLength(this.#path) > longestPathBytes)
        throw new Error("the path is too long for a socket");
      removeIfThere(this.#path);
      const server = createServer((socket) => this.#serve(socket));
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject).listen(this.#path, resolve);
      });
      this.#server = server.unref();
      chmodSync(this.#path, privateMode);
    } catch (error) {
      const { message } = error as Error;
      log.error(
        { where: "store" },
        `${this.#path}: no backup can be asked for while this server runs: ${message}.`,
      );
    }
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server !== undefined) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  #serve(socket: Socket): void {
    const answer = (reply: object) => socket.end(`${JSON.stringify(reply)}\n`);
    let text = "";
    socket.unref().setTimeout(askWithinMs, () => socket.destroy());
    socket.on("error", () => {});
    socket.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      if (text.length > longestLineBytes) socket.destroy();
      if (!text.includes("\n")) return;
      socket.removeAllListeners("data").setTimeout(0);
      this.#carryOut(text.slice(0, text.indexOf("\n"))).then(answer, (error: Error) =>
        answer({ error: error.message }),
      );
    });
  }

  async #carryOut(line: string): Promise<object> {
    const { backup: path } = JSON.parse(line) as { backup?: unknown };
    if (typeof path !== "string" || !path.startsWith("/")) throw new Error("an absolute path is asked for");
    if (this.#isBusy) throw new Error("another backup is under way");
    this.#isBusy = true;
    try {
      await this.#source.backup(path);
      return { done: true };
    } finally {
      this.#isBusy = false;
    }
  }
}

/**
 * Asks the server that uses a store to copy it. False when no server listens.
 * @throws Error with the server's reason when it could not
 */
export async function askForBackup(storePath: string, target: string): Promise<boolean> {
  const socket = connect(socketPathOf(storePath));
  const isConnected = await new Promise<boolean>((resolve) => {
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
  });
  if (!isConnected) return false;
  socket.write(`${JSON.stringify({ backup: target })}\n`);
  let text = "";
  for await (const part of socket.setEncoding("utf8")) text += String(part);
  if (text === "") throw new Error("the server closed the connection without an answer");
  const { error } = JSON.parse(text) as { error?: string };
  if (error !== undefined) throw new Error(error);
  return true;
}
