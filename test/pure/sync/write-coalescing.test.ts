// Answers that leave together: order, one write, and nothing that waits for ever.
import { expect } from "chai";
import { PassThrough } from "node:stream";
import type { WebSocket } from "ws";
import { WriteCoalescing } from "../../../src/sync/write-coalescing.ts";
import { writeSoon } from "../../../src/rooms/internals/ws.ts";

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

function socket() {
  const raw = new PassThrough();
  const received: string[] = [];
  raw.on("data", (bytes: Buffer) => received.push(bytes.toString()));
  return { ws: { readyState: 1, OPEN: 1, _socket: raw } as unknown as WebSocket, raw, received };
}

describe("write coalescing", () => {
  it("[E21] what is written in one turn leaves at its end, in order, whoever wrote it; and again in the next", async () => {
    const coalescing = new WriteCoalescing();
    const { ws, raw, received } = socket();
    for (const message of ["one", "two", "three"]) {
      for (const part of ["a", "b"]) writeSoon(ws, Buffer.from(message + part), coalescing);
      raw.write(`${message}c`); // ws itself, closing say
      expect(raw.writableCorked).to.equal(1);
      expect(received.join()).to.not.include(message);
      await turn();
      expect(raw.writableCorked).to.equal(0);
      await turn();
      expect(received.splice(0)).to.deep.equal([`${message}a`, `${message}b`, `${message}c`]);
    }
  });

  it("[E21] a large frame leaves at once, and not before what was written ahead of it", async () => {
    const coalescing = new WriteCoalescing();
    const large = Buffer.alloc(16 * 1024 + 1, "x");
    const { ws, raw, received } = socket();
    writeSoon(ws, large, coalescing);
    expect(raw.writableCorked).to.equal(0);
    writeSoon(ws, Buffer.from("small"), coalescing);
    writeSoon(ws, large, coalescing);
    await turn();
    await turn();
    expect(received.map(({ length }) => length)).to.deep.equal([large.length, 5, large.length]);
  });

  it("[E21] a socket that has gone meanwhile hurts nobody", async () => {
    const coalescing = new WriteCoalescing();
    const [gone, here] = [socket(), socket()];
    for (const { ws } of [gone, here]) writeSoon(ws, Buffer.from("message"), coalescing);
    gone.raw.destroy();
    await turn();
    await turn();
    expect(here.received).to.deep.equal(["message"]);
  });
});
