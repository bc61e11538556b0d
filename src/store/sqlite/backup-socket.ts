// Where a running server is asked for a backup, or for a secret of its own: a socket beside its database file, for the
// file's owner only. The file itself is locked while the server uses it, so that no other program can hold up or damage what
// the server writes.
// One line of JSON asks ({"backup": "<absolute path>"}, {"secret": "<name>", "fresh": "...", "replaces": false}), one answers
// ({"done": true}, {"secret": "..."} or {"error": "<why>"}).
import { chmodSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { privateMode, removeIfThere } from "./private-files.ts";
import type { StoreLog } from "../store-log.ts";

/** What can be backed up: the SQLite store. */
export interface BackupSource {
  /** Writes a copy to a path where nothing is yet. */
  backup(path: string): Promise<void>;
  /** A secret of the server's own (`SeatStore.secret`). */
  secret(name: string, fresh: string, replaces?: string): Promise<string>;
}

/** A secret is asked for by its name; `replaces` has `fresh` take the place of the one that is kept. */
export interface SecretQuestion {
  readonly secret: string;
  readonly fresh: string;
  readonly replaces: boolean;
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

  async #secretFor({ secret: name = "", fresh = "", replaces = false }: Partial<SecretQuestion>) {
    const kept = await this.#source.secret(name, fresh);
    return { secret: replaces && kept !== fresh ? await this.#source.secret(name, fresh, kept) : kept };
  }

  async #carryOut(line: string): Promise<object> {
    const { backup: path, ...asked } = JSON.parse(line) as { backup?: unknown } & Partial<SecretQuestion>;
    if (typeof asked.secret === "string" && typeof asked.fresh === "string") return this.#secretFor(asked);
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
  return (await ask(storePath, { backup: target })) !== undefined;
}

/** Asks the server that uses a store for a secret. Undefined when no server listens. @throws Error with the server's reason */
export async function askForSecret(storePath: string, question: SecretQuestion): Promise<string | undefined> {
  const answer = await ask(storePath, question);
  if (answer !== undefined && answer.secret === undefined)
    throw new Error("the server that runs is of a version that gives no secrets; start it again first");
  return answer?.secret;
}

/** Undefined when no server listens. @throws Error with its reason */
async function ask(storePath: string, question: object): Promise<{ secret?: string } | undefined> {
  const socket = connect(socketPathOf(storePath));
  const isConnected = await new Promise<boolean>((resolve) => {
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
  });
  if (!isConnected) return undefined;
  socket.write(`${JSON.stringify(question)}\n`);
  let text = "";
  for await (const part of socket.setEncoding("utf8")) text += String(part);
  if (text === "") throw new Error("the server closed the connection without an answer");
  const answer = JSON.parse(text) as { error?: string; secret?: string };
  if (answer.error !== undefined) throw new Error(answer.error);
  return answer;
}
