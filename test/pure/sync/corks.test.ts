// Answers that leave together: order, one write, and nothing that waits for ever.
import { expect } from "chai";
import { PassThrough } from "node:stream";
import type { WebSocket } from "ws";
import { Corks } from "../../../src/sync/write-coalescing.ts";
import { writeLater } from "../../../src/rooms/internals/ws.ts";

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

function socket() {
  const raw = new PassThrough();
  const heard: string[] = [];
  raw.on("data", (bytes: Buffer) => heard.push(bytes.toString()));
  return { ws: { readyState: 1, OPEN: 1, _socket: raw } as unknown as WebSocket, raw, heard };
}

describe("corks", () => {
  it("[E21] what is written in one turn leaves at its end, in order, whoever wrote it; and again in the next", async () => {
    const corks = new Corks();
    const { ws, raw, heard } = socket();
    for (const word of ["one", "two", "three"]) {
      for (const part of ["a", "b"]) writeLater(ws, Buffer.from(word + part), corks);
      raw.write(`${word}c`); // ws itself, closing say
      expect(raw.writableCorked).to.equal(1);
      expect(heard.join()).to.not.include(word);
      await turn();
      expect(raw.writableCorked).to.equal(0);
      await turn();
      expect(heard.splice(0)).to.deep.equal([`${word}a`, `${word}b`, `${word}c`]);
    }
  });

  it("[E21] a large frame leaves at once, and not before what was written ahead of it", async () => {
    const corks = new Corks();
    const large = Buffer.alloc(16 * 1024 + 1, "x");
    const { ws, raw, heard } = socket();
    writeLater(ws, large, corks);
    expect(raw.writableCorked).to.equal(0);
    writeLater(ws, Buffer.from("small"), corks);
    writeLater(ws, large, corks);
    await turn();
    await turn();
    expect(heard.map(({ length }) => length)).to.deep.equal([large.length, 5, large.length]);
  });

  it("[E21] a socket that has gone meanwhile hurts nobody", async () => {
    const corks = new Corks();
    const [gone, here] = [socket(), socket()];
    for (const { ws } of [gone, here]) writeLater(ws, Buffer.from("word"), corks);
    gone.raw.destroy();
    await turn();
    await turn();
    expect(here.heard).to.deep.equal(["word"]);
  });
});
