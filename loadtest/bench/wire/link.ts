// One WebSocket of the load generator, on a raw TCP socket: thousands of them share one read buffer, so that what a
// server sends costs the generator as little as possible. Answers pings and closes; understands nothing else.
import { connect, type Socket } from "node:net";
import { clientFrame, FrameReader, opcodes } from "./frames.ts";

/** What the generator received over all links; whoever measures takes differences. */
export interface Traffic {
  frames: number;
  bytes: number;
}

export interface LinkHandlers {
  onOpen(): void;
  /** A data frame; see FrameReader. The buffer is valid during the call only. */
  onData(bytes: Buffer, at: number, seen: number, length: number): void;
  /** Once: the close code, or 1006; for a refused upgrade what the server answered. */
  onClose(code: number, answer: string): void;
}

const abnormal = 1006;
const readBytes = 256 * 1024;
/** libuv fills a buffer and calls back in one go where it polls (not on Windows): one is enough for all sockets. */
const shared = process.platform === "win32" ? undefined : Buffer.allocUnsafeSlow(readBytes);
const headerEnd = Buffer.from("\r\n\r\n");

export class Link {
  readonly #socket: Socket;
  readonly #handlers: LinkHandlers;
  readonly #traffic: Traffic;
  readonly #reader = new FrameReader((...frame) => this.#received(...frame));
  #answer: Buffer | undefined = Buffer.alloc(0);
  #isClosed = false;
  #code = abnormal;

  constructor(port: number, path: string, traffic: Traffic, handlers: LinkHandlers) {
    this.#handlers = handlers;
    this.#traffic = traffic;
    const buffer = shared ?? Buffer.allocUnsafeSlow(readBytes >> 4);
    const callback = (size: number, bytes: Uint8Array) => {
      this.#read(Buffer.from(bytes.buffer, bytes.byteOffset, size));
      return true;
    };
    this.#socket = connect({ port, host: "127.0.0.1", noDelay: true, onread: { buffer, callback } });
    this.#socket.on("error", () => {});
    this.#socket.on("close", () => this.#closed());
    this.#socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        "Sec-WebSocket-Key: bG9hZCBnZW5lcmF0b3IuLg==\r\nSec-WebSocket-Version: 13\r\n\r\n",
    );
  }

  /** Sends bytes that `clientFrame` has made. */
  send(frame: Buffer): void {
    if (!this.#isClosed) this.#socket.write(frame);
  }

  /** The socket dies without a goodbye, and nothing more is heard from it, its end neither. */
  drop(): void {
    this.#isClosed = true;
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    if (this.#isClosed) return;
    if (this.#answer !== undefined) return this.#upgrade(Buffer.concat([this.#answer, chunk]));
    this.#traffic.bytes += chunk.length;
    this.#reader.push(chunk);
  }

  #upgrade(answer: Buffer): void {
    this.#answer = answer;
    const end = answer.indexOf(headerEnd);
    if (end < 0 || !answer.subarray(0, 12).toString("latin1").endsWith("101")) return;
    this.#answer = undefined;
    this.#handlers.onOpen();
    if (answer.length > end + 4) this.#read(answer.subarray(end + 4));
  }

  #received(opcode: number, bytes: Buffer, at: number, seen: number, length: number): void {
    if (opcode === opcodes.text || opcode === opcodes.binary) {
      this.#traffic.frames += 1;
      this.#handlers.onData(bytes, at, seen, length);
    } else if (opcode === opcodes.ping) {
      this.send(clientFrame(opcodes.pong, bytes.subarray(at, at + seen)));
    } else if (opcode === opcodes.close) {
      this.#code = length >= 2 ? bytes.readUInt16BE(at) : 1005;
      this.send(clientFrame(opcodes.close, bytes.subarray(at, at + Math.min(seen, 2))));
      this.#socket.end();
      this.#closed();
    }
  }

  #closed(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#handlers.onClose(this.#code, this.#answer?.toString() ?? "");
  }
}
