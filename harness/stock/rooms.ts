// Plain Colyseus rooms, as anybody might have them beside Holdfast's: what a client of theirs sees is compared between a
// stock server and one with Holdfast. Nothing of Holdfast is in here.
import { type AuthContext, type Client, type IRoomCache, Room, ServerError, validate } from "@colyseus/core";
import { z } from "zod";
import { notes } from "./notes.ts";

interface Options {
  readonly key?: string;
  readonly mode?: string;
  readonly [name: string]: unknown;
}

/** Talks: every way in which a room can send, and what it can do with itself. */
export class ChatRoom extends Room {
  override maxClients = 8;
  #key = "";

  override messages = {
    say: (client: Client, text: string) => this.broadcast("said", { from: client.sessionId, text }),
    others: (client: Client, text: string) => this.broadcast("others", text, { except: client }),
    echo: (client: Client, payload: unknown) => client.send("echo", payload),
    bytes: (client: Client) => client.sendBytes("bytes", Uint8Array.from([1, 2, 250])),
    many: (client: Client, count: number) => {
      for (let no = 0; no < count; no++) client.send("one", no);
    },
    who: (client: Client) =>
      this.broadcast("who", [
        client.sessionId,
        this.clients.length,
        this.clients.map((one) => one.auth ?? null),
      ]),
    7: (client: Client, payload: unknown) => client.send(8, payload),
    leave: (client: Client, code?: number) => client.leave(code, "as asked"),
    disconnect: (_: Client, code?: number) => void this.disconnect(code),
    error: (client: Client) => client.error(4242, "an error of the room's"),
    lock: () => this.lock(),
    unlock: () => this.unlock(),
    private: (_: Client, isPrivate: boolean) => this.setPrivate(isPrivate),
    metadata: (_: Client, metadata: object) => this.setMetadata(metadata as never),
    listing: (client: Client) => {
      const row = Reflect.get(this, "_listing") as IRoomCache;
      const { roomId, name, clients, maxClients, locked, metadata } = row;
      client.send("listing", { roomId, name, clients, maxClients, locked, isPrivate: row.private, metadata });
    },
    count: (client: Client) => {
      let ticks = 0;
      const every = this.clock.setInterval(() => {
        client.send("tick", ++ticks);
        if (ticks === 3) every.clear();
      }, 20);
    },
    "*": (client: Client, type: string | number, payload: unknown) => client.send("any", [type, payload]),
  };

  override onCreate({ key = "", ...options }: Options): void {
    this.#key = key;
    notes.add(key, "create", options);
    if (options.maxClients !== undefined) this.maxClients = options.maxClients as number;
    if (options.isPrivate === true) void this.setPrivate(true);
    if (options.metadata !== undefined) void this.setMetadata(options.metadata as never);
    this.onMessage("fixed", (client) => client.send("fixed"));
    this.onMessageBytes("blob", (client: Client, bytes: Uint8Array) => client.send("blob", [...bytes]));
  }

  override onJoin(client: Client, { key: _, ...options }: Options): void {
    notes.add(this.#key, "join", this.clients.length, options);
    client.send("welcome", this.clients.length);
  }

  override onLeave(_: Client, code: number): void {
    notes.add(this.#key, "leave", code, this.clients.length);
  }

  override onDispose(): void {
    notes.add(this.#key, "dispose");
  }
}

/** Answers requests, and takes only what its schemas allow. */
export class AskRoom extends Room {
  override messages = {
    double: (_: Client, count: number) => count * 2,
    later: async (_: Client, text: string) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return `later ${text}`;
    },
    nothing: () => {},
    no: (_: Client, __: unknown, context?: { reject(reason: unknown): never }) =>
      context?.reject({ why: "no" }),
    throws: () => {
      throw new ServerError(4300, "an error of the handler's");
    },
    rejects: async () => {
      throw new Error("a rejection of the handler's");
    },
    move: validate(z.object({ x: z.number().min(0), y: z.number().default(5) }), (client, { x, y }) => {
      client.send("moved", [x, y]);
      return x + y;
    }),
  };
}

/** Says who may come, from all that there is to know about a caller. */
export class DoorRoom extends Room {
  static override async onAuth(token: string, options: Options, context: AuthContext): Promise<unknown> {
    notes.add(options.key, "auth", {
      token: token ?? null,
      options: { ...options, key: undefined },
      contextToken: context.token ?? null,
      ip: context.ip,
      agent: context.headers.get("x-game") ?? null,
      origin: context.headers.get("origin"),
      forwarded: context.headers.get("x-forwarded-for"),
    });
    if (options.answer === "throw") throw new ServerError(401, "not with this key");
    if (options.answer === "odd") throw new Error("an error without a code");
    if (options.answer === "false") return false;
    if (options.answer === "true") return true;
    return { name: options.name, token };
  }

  override messages = {
    who: (client: Client) => client.send("who", client.auth ?? null),
  };

  override onJoin(_: Client, options: Options, auth?: unknown): void {
    notes.add(options.key, "join", auth ?? null);
  }
}

/** Is found by what it is for. */
export class MatchRoom extends Room {
  override maxClients = 2;
  override messages = {
    id: (client: Client) => client.send("id", this.roomId),
    rate: (client: Client, rating: number) => {
      const { metadata } = Reflect.get(this, "_listing") as IRoomCache;
      void this.setMetadata({ ...metadata, rating } as never).then(() => client.send("rated"));
    },
  };

  override onCreate(options: Options): void {
    if (options.roomId !== undefined) this.roomId = options.roomId as string;
    if (options.isPrivate === true) void this.setPrivate(true);
    if (options.isUnlisted === true) Reflect.get(this, "_listing").unlisted = true;
  }
}

/** Fails where it is told to, and says what it heard of it. */
export class FaultyRoom extends Room {
  #failAt = "";
  #key: string | undefined;

  override messages = {
    boom: () => {
      throw new Error("boom");
    },
    timer: () => void this.clock.setTimeout(() => this.#fail("timer"), 10),
  };

  override onUncaughtException(error: Error, method: string): void {
    notes.add(this.#key, "uncaught", method, error.message.slice(0, 60));
    this.broadcast("uncaught", method);
  }

  override onCreate({ key, failAt = "", code }: Options): void {
    this.#failAt = failAt as string;
    this.#key = key;
    if (code !== undefined) throw new ServerError(code as number, "fails with a code");
    this.#fail("create");
  }

  override onJoin(): void {
    this.#fail("join");
  }

  override async onDrop(): Promise<void> {
    this.#fail("drop");
  }

  override onLeave(_: Client, code: number): void {
    notes.add(this.#key, "leave", code);
    this.#fail("leave");
  }

  override onDispose(): void {
    notes.add(this.#key, "dispose");
    this.#fail("dispose");
  }

  #fail(at: string): void {
    if (this.#failAt === at) throw new Error(`fails at ${at}`);
  }
}
