// One address in front of Redis, as a virtual address or a proxy that follows the primary is: its target can be changed,
// its connections cut, and answers made late.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
  /** What the answers of this connection wait for; they keep their order. */
  answers: Promise<void>;
  lateMs: number;
  /** Its client has been told that it is broken; its last words are still to come. */
  isHeld: boolean;
}

export class RedisFront {
  /** Where new connections go. */
  target: number;
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  /** Connections that ask this get late answers. */
  #held: { readonly word: string; readonly byMs: number } | undefined;
  #late: { readonly word: string; readonly byMs: number; isUsed: boolean } | undefined;

  private constructor(target: number) {
    this.target = target;
    this.#server = createServer((client) => this.#accept(client));
  }

  static async start(target: number): Promise<RedisFront> {
    const front = new RedisFront(target);
    front.#server.listen(0, "127.0.0.1");
    await once(front.#server, "listening");
    return front;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** The first connection that says `word` from now on hears every answer so much later, for as long. */
  answerLate(word: string, byMs: number): void {
    this.#late = { word, byMs, isUsed: false };
  }

  /**
   * The first connection that says `word` from now on is broken off for its client, and what it said reaches Redis so
   * much later: behind what the client has said since, on another connection.
   */
  deliverLate(word: string, byMs: number): void {
    this.#held = { word, byMs };
  }

  /** True once an answer has been made late. */
  get wasLate(): boolean {
    return this.#late?.isUsed === true;
  }

  /** A failover: everyone is cut, and finds another server at the same address. */
  switchTo(target: number): void {
    this.target = target;
    for (const { client, upstream } of this.#pairs) {
      client.resetAndDestroy();
      upstream.destroy();
    }
  }

  async stop(): Promise<void> {
    this.switchTo(this.target);
    this.#server.close();
    await once(this.#server, "close");
  }

  #accept(client: Socket): void {
    const upstream = connect(this.target, "127.0.0.1");
    const pair: Pair = { client, upstream, answers: Promise.resolve(), lateMs: 0, isHeld: false };
    this.#pairs.add(pair);
    for (const one of [client, upstream]) {
      one.setNoDelay(true);
      one.on("error", () => {});
      one.on("close", () => {
        this.#pairs.delete(pair);
        client.destroy();
        if (!pair.isHeld) upstream.destroy();
      });
    }
    client.on("data", (asked: Buffer) => {
      this.#notice(pair, asked);
      if (!this.#hold(pair, asked)) upstream.write(asked);
    });
    upstream.on("data", (answer: Buffer) => void this.#answer(pair, answer));
  }

  #notice(pair: Pair, asked: Buffer): void {
    const late = this.#late;
    if (late === undefined || late.isUsed || !asked.includes(late.word)) return;
    late.isUsed = true;
    pair.lateMs = late.byMs;
    setTimeout(() => {
      pair.lateMs = 0;
    }, late.byMs).unref();
  }

  #hold(pair: Pair, asked: Buffer): boolean {
    const held = this.#held;
    if (held === undefined || !asked.includes(held.word)) return false;
    this.#held = undefined;
    pair.isHeld = true;
    pair.client.resetAndDestroy();
    setTimeout(() => pair.upstream.end(asked), held.byMs).unref();
    return true;
  }

  async #answer(pair: Pair, answer: Buffer): Promise<void> {
    const before = pair.answers;
    const waits = pair.lateMs > 0 ? new Promise((resolve) => setTimeout(resolve, pair.lateMs)) : undefined;
    const { promise, resolve } = Promise.withResolvers<void>();
    pair.answers = promise;
    await Promise.all([before, waits]);
    if (!pair.client.destroyed) pair.client.write(answer);
    resolve();
  }
}
