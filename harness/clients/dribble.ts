// A request that arrives a byte at a time, and never ends.
import { connect, type Socket } from "node:net";

/** A request that goes on for ever, and what came of it. */
export class Dribble {
  readonly socket: Socket;
  readonly startedAt = performance.now();
  answer = "";
  cutAfterMs: number | undefined;

  /** `allowHalfOpen`: what the other side ends, this one does not. */
  constructor(port: number, head: string, allowHalfOpen = false) {
    this.socket = connect({ port, host: "127.0.0.1", allowHalfOpen });
    this.socket.on("error", () => {});
    this.socket.on("data", (data) => (this.answer += data));
    this.socket.on("close", () => (this.cutAfterMs = performance.now() - this.startedAt));
    this.socket.write(head);
    const more = setInterval(() => this.socket.write("x"), 500);
    this.socket.once("close", () => clearInterval(more));
  }
}

/** The head of a request whose body is to come. */
export const requestHead = (method: string, path: string, length = "Content-Length: 60000") =>
  `${method} ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${length}\r\n\r\n`;
