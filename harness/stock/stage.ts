// A check's side of the comparison: SDK clients of one server, what they see, and that without what is random in it.
import { Client, type Room } from "@colyseus/sdk";
import { until } from "../wait.ts";

/** One thing that a client of plain rooms may rely on. What `run` resolves with is compared between two servers. */
export interface Check {
  readonly title: string;
  run(stage: Stage): Promise<unknown>;
}

/** An answer of a room, as a client saw it. */
type Seen = [name: string, ...details: unknown[]];

/** A joined room and all that it has told. */
export class Seat {
  readonly room: Room;
  readonly seen: Seen[] = [];

  constructor(room: Room) {
    this.room = room;
    room.reconnection.minUptime = 0;
    room.reconnection.delay = 30;
    room.reconnection.minDelay = 30;
    room.onMessage("*", (type: string | number, payload: unknown) => this.#saw(String(type), payload));
    room.onMessage("__playground_message_types", () => {}); // comes before or after others, and has a check of its own
    room.onError((code, message) => this.#saw("! error", code, message));
    room.onDrop((code, reason) => this.#saw("! drop", code, reason));
    room.onLeave((code, reason) => this.#saw("! leave", code, reason));
    room.onReconnect(() => this.#saw("! reconnect"));
  }

  #saw(...seen: Seen): void {
    this.seen.push(seen);
  }

  /** The first (or `nth`) answer of this name: its details. */
  async sees(name: string, nth = 1): Promise<unknown[]> {
    const found = await until(
      () => `${name} of ${JSON.stringify(this.seen)}`,
      () => this.seen.filter(([each]) => each === name)[nth - 1],
      8000,
    );
    return found.slice(1);
  }

  /** What came in, in order, until this name came for the nth time; what came after that may differ. */
  async until(name: string, nth = 1): Promise<Seen[]> {
    await this.sees(name, nth);
    let left = nth;
    const end = this.seen.findIndex(([each]) => each === name && --left === 0);
    return this.seen.slice(0, end + 1);
  }

  /** The network is gone, as the SDK sees it. */
  cut(code = 4010): void {
    this.room.connection.close(code);
  }
}

export class Stage {
  readonly urls: readonly string[];
  readonly key: string;
  readonly #rooms: Room[] = [];
  #turn = 0;
  readonly #names = new Map<string, string>();

  /** @param urls the processes of one server @param key names this check to the server's notes */
  constructor(urls: readonly string[], key: string) {
    this.urls = urls;
    this.key = key;
  }

  url(at = 0): string {
    return this.urls[at] as string;
  }

  /** A client of one process; when left out, of each in turn. */
  client(at = this.#turn++ % this.urls.length, headers: Record<string, string> = {}): Client {
    return new Client(this.url(at), { headers });
  }

  /** A seat in the room that `joining` resolves with. */
  async seat(joining: Promise<Room>): Promise<Seat> {
    const room = await joining;
    this.#rooms.push(room);
    this.name(room.roomId, "room");
    this.name(room.sessionId, "session");
    return new Seat(room);
  }

  join(name: string, options: object = {}, at?: number): Promise<Seat> {
    return this.seat(this.client(at).joinOrCreate(name, { key: this.key, ...options }));
  }

  create(name: string, options: object = {}, at?: number): Promise<Seat> {
    return this.seat(this.client(at).create(name, { key: this.key, ...options }));
  }

  /** How a promise is refused; "let in" when it is not. */
  async refusal(asked: Promise<unknown>): Promise<unknown> {
    try {
      const value = await asked;
      if (value instanceof Object && "sessionId" in value) await this.seat(Promise.resolve(value as Room));
      return "let in";
    } catch (error) {
      const { name, code, message } = error as { name: string; code?: unknown; message: string };
      return { name, code, message };
    }
  }

  /** The first `count` lines that the rooms of this check noted, on whichever process of the server, once they are there. */
  async notes(count: number, { key = this.key, at = -1, withinMs = 8000 } = {}): Promise<unknown[]> {
    const places = at < 0 ? this.urls.map((_, index) => index) : [at];
    let lines: unknown[] = [];
    await until(
      () => `${count} notes of ${JSON.stringify(lines)}`,
      async () => {
        lines = (await Promise.all(places.map((place) => this.ask(`/notes/${key}`, place)))).flat();
        return lines.length >= count;
      },
      withinMs,
    );
    return lines.slice(0, count);
  }

  /** The matchmaker's row of a room, as the first process has it. */
  async row(roomId: string): Promise<{ processId: string } | undefined> {
    return (await this.ask(`/row/${roomId}`)) as { processId: string } | undefined;
  }

  /** What one of the server's own routes says (`harness/stock/routes`). */
  async ask(path: string, at = 0): Promise<unknown> {
    const response = await fetch(`${this.url(at)}${path}`);
    const { value, error } = (await response.json()) as { value?: unknown; error?: string };
    return error === undefined ? value : { error };
  }

  /** An HTTP answer: status, body and the headers that are named. */
  async http(path: string, init: RequestInit = {}, headers: string[] = ["content-type"]): Promise<unknown> {
    const response = await fetch(`${this.url()}${path}`, { redirect: "manual", ...init });
    const text = await response.text();
    const shown = Object.fromEntries(headers.map((name) => [name, response.headers.get(name)]));
    return { status: response.status, headers: shown, text: text.length > 2000 ? text.length : text };
  }

  /** From now on `id` is called by its kind and number in what is compared. */
  name(id: string, kind: string): void {
    if (this.#names.has(id)) return;
    const count = [...this.#names.values()].filter((name) => name.startsWith(`<${kind} `)).length;
    this.#names.set(id, `<${kind} ${count + 1}>`);
  }

  /** `value` as JSON, without ids and addresses. */
  told(value: unknown): string {
    let text = JSON.stringify(value, (_, each: unknown) => (each === undefined ? "undefined" : each), 1);
    for (const [id, name] of this.#names) text = text.replaceAll(id, name);
    for (const [at, url] of this.urls.entries()) text = text.replaceAll(new URL(url).host, `<server ${at}>`);
    return text.replaceAll(this.key, "<key>");
  }

  /** Ends what is still open. */
  async close(): Promise<void> {
    await Promise.all(
      this.#rooms.map(async (room) => {
        room.reconnection.enabled = false;
        if (room.connection.isOpen) await room.leave().catch(() => 0);
      }),
    );
  }
}
