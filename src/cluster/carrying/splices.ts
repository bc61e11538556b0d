// WebSockets of other processes' events that run through this one, byte by byte. What it adds: it notices when nothing
// comes from the owner any more, and closes its clients' sockets properly when they have to go another way.
import type { IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Clock } from "../../clock.ts";
import { closeCodes } from "../../protocol/close-codes.ts";
import { peerHeaders, target } from "./forward.ts";
import { endOfHead, FrameEnds } from "./frame-ends.ts";
import { movedHeader, peerSecretHeader } from "../../protocol/peer-headers.ts";

/** An owner pings every client; a client that gets nothing for so many pings has no owner. */
const silentPings = 3;
/** However short the interval is, so long a silence may be a busy machine's. */
const shortestSilenceMs = 1500;
/** A client answers a close in this time, or is cut. */
const closeLimitMs = 500;
/** In the midst of a frame no other can be sent: tried again after this, so often. */
const [retryMs, retries] = [20, 25];

/** The head of an answer to an upgrade has a few hundred bytes; behind it the first frames may come at once. */
const maxHeadBytes = 1024 * 1024;

/** The upgrade request as it came, with what the gate has stamped on it. */
function headOf({ url, httpVersion, rawHeaders, headers }: IncomingMessage, secret: string): string {
  const lines = [`GET ${url} HTTP/${httpVersion}`];
  const stamped: ReadonlySet<string> = new Set<string>([...peerHeaders, peerSecretHeader, "host"]);
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (!stamped.has(name.toLowerCase())) lines.push(`${name}: ${rawHeaders[i + 1]}`);
  }
  lines.push(`host: ${headers.host}`, `${peerSecretHeader}: ${secret}`);
  for (const name of peerHeaders) lines.push(`${name}: ${headers[name]}`);
  return `${lines.join("\r\n")}\r\n\r\n`;
}

/** "Come back", as a server's close frame (RFC 6455, 5.5.1). */
function comeBackFrame(): Buffer {
  const { code, reason } = closeCodes.comeBack;
  const payload = Buffer.from(`  ${reason}`);
  payload.writeUInt16BE(code);
  return Buffer.concat([Buffer.from([0x88, payload.length]), payload]);
}

function closed(socket: Duplex): Promise<void> {
  if (socket.closed) return Promise.resolve();
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

/** One client's socket, joined to its owner's. */
class Splice {
  readonly address: string;
  lastReceivedAt: number;
  readonly #client: Duplex;
  readonly #owner: Socket;
  readonly #clock: Clock;
  readonly #ends = new FrameEnds();
  #isClosing = false;
  /** Resolves when both sockets have gone. */
  readonly gone: Promise<void>;

  constructor(address: string, client: Duplex, owner: Socket, clock: Clock) {
    this.address = address;
    this.#client = client;
    this.#owner = owner;
    this.#clock = clock;
    this.lastReceivedAt = clock.now();
    this.gone = Promise.all([closed(client), closed(owner)]).then(() => {});
    for (const socket of [client, owner])
      socket.on("error", () => this.cut()).on("close", () => this.#ended());
    if ("setNoDelay" in client) (client as Socket).setNoDelay(true);
  }

  /** Passes everything on from now on; `first` is what the owner has sent already. */
  run(first: Buffer): void {
    this.#receive(first);
    this.#client.write(first);
    this.#owner.on("data", (bytes: Buffer) => this.#receive(bytes));
    this.#owner.pipe(this.#client, { end: true });
    this.#client.pipe(this.#owner, { end: true });
  }

  cut(): void {
    this.#client.destroy();
    this.#owner.destroy();
  }

  /**
   * Sends the client on with 4010. Its owner is left alone for `lingerMs`: a client that is back by then, another way,
   * has never been away for anybody.
   */
  async sendOn(lingerMs: number): Promise<void> {
    if (this.#isClosing) return this.gone;
    this.#isClosing = true;
    for (let i = 0; i < retries && !this.#ends.isBetween; i++) await this.#pause(retryMs);
    this.#owner.unpipe(this.#client);
    this.#client.unpipe(this.#owner);
    this.#client.resume(); // its answer to the close is not for the owner
    this.#owner.resume();
    if (this.#ends.isBetween) this.#client.end(comeBackFrame());
    else this.#client.destroy();
    await Promise.race([this.gone, this.#pause(closeLimitMs)]);
    this.#client.destroy();
    await Promise.race([this.gone, this.#pause(lingerMs)]);
    this.#owner.destroy();
    return this.gone;
  }

  #receive(bytes: Buffer): void {
    this.lastReceivedAt = this.#clock.now();
    this.#ends.pass(bytes);
  }

  /** One of them has gone: the other has nobody to talk to, unless it lingers. */
  #ended(): void {
    if (!this.#isClosing) this.cut();
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#clock.after(ms, () => resolve()));
  }
}

export class Splices {
  readonly #open = new Set<Splice>();
  readonly #clock: Clock;
  readonly #silenceMs: number;
  #isWatching = false;

  /** `pingIntervalMs`: how often every process pings its clients. */
  constructor(clock: Clock, pingIntervalMs: number) {
    this.#clock = clock;
    this.#silenceMs = Math.max(shortestSilenceMs, silentPings * pingIntervalMs);
  }

  get size(): number {
    return this.#open.size;
  }

  /** Cuts what runs to this address: the clients are asked to come back, by whatever way there is then. */
  cut(address: string): void {
    for (const splice of this.#open) if (splice.address === address) void splice.sendOn(0);
  }

  /** Sends every client on, and resolves when they have gone, and their owners know or have been left alone for `lingerMs`. */
  async sendOn(lingerMs: number): Promise<void> {
    await Promise.all([...this.#open].map((splice) => splice.sendOn(lingerMs)));
  }

  /** Addresses that WebSockets run to. */
  addresses(): string[] {
    return [...new Set([...this.#open].map(({ address }) => address))];
  }

  /** Joins a WebSocket to its owner. "moved": the owner has not got the event, or is not there; `socket` is untouched. */
  splice(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    address: string,
    secret: string,
    signal: AbortSignal,
  ): Promise<"done" | "moved"> {
    return new Promise((resolve) => {
      const upstream = connect(target(address));
      let isAnswered = false;
      const moved = () => {
        if (!isAnswered) upstream.destroy();
        resolve("moved");
      };
      upstream.setNoDelay(true).once("error", moved).once("close", moved);
      signal.addEventListener("abort", moved, { once: true });
      upstream.once("connect", () => {
        upstream.write(headOf(request, secret));
        if (head.length > 0) upstream.write(head);
      });
      let first = Buffer.alloc(0);
      upstream.on("data", function receive(bytes: Buffer) {
        if (signal.aborted) return;
        first = Buffer.concat([first, bytes]);
        if (first.length > maxHeadBytes) return moved();
        if (!first.includes(endOfHead)) return; // a way that lets a few bytes through is none
        upstream.off("data", receive);
        answered(first);
      });
      const answered = (head: Buffer) => {
        if (head.toString("latin1").toLowerCase().includes(`\r\n${movedHeader}:`)) return moved();
        isAnswered = true;
        this.#join(new Splice(address, socket, upstream, this.#clock), head, socket);
        return resolve("done");
      };
    });
  }

  #join(splice: Splice, first: Buffer, socket: Duplex): void {
    this.#open.add(splice);
    void splice.gone.then(() => this.#open.delete(splice));
    if (socket.destroyed) return splice.cut();
    splice.run(first);
    this.#watchLater();
    return undefined;
  }

  /** Looks for silent owners for as long as anything is carried. */
  #watchLater(): void {
    if (this.#isWatching || this.#open.size === 0) return;
    this.#isWatching = true;
    const everyMs = this.#silenceMs / silentPings;
    const dueAt = this.#clock.now() + everyMs;
    this.#clock.after(everyMs, () => {
      this.#isWatching = false;
      const now = this.#clock.now();
      // [L4] after a stall of this process what has come is read before anybody is judged
      const isStalled = now - dueAt > everyMs / 2;
      for (const splice of this.#open)
        if (!isStalled && splice.lastReceivedAt < now - this.#silenceMs) void splice.sendOn(0);
      this.#watchLater();
    });
  }
}
