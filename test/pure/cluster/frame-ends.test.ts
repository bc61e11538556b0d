// A carrier may say something of its own only where no frame is cut by it.
import { expect } from "chai";
import fc from "fast-check";
import { FrameEnds } from "../../../src/cluster/carrying/frame-ends.ts";

const head = Buffer.from("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n");
const frame = (length: number) => {
  const payload = Buffer.alloc(length, 0x81);
  if (length < 126) return Buffer.concat([Buffer.from([0x82, length]), payload]);
  const long = Buffer.alloc(length < 65_536 ? 4 : 10);
  long[0] = 0x82;
  long[1] = length < 65_536 ? 126 : 127;
  if (length < 65_536) long.writeUInt16BE(length, 2);
  else long.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([long, payload]);
};

describe("cluster: where frames end", () => {
  it("[K26] is known after every byte, however the stream is cut", () => {
    const lengths = fc.array(
      fc.oneof(fc.nat(130), fc.constantFrom(125, 126, 65_535, 65_536), fc.nat(70_000)),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(lengths, fc.array(fc.nat(), { maxLength: 8 }), (sizes, cutsAt) => {
        const parts = [head, ...sizes.map(frame)];
        const stream = Buffer.concat(parts);
        const ends = new Set(parts.map((_, i) => Buffer.concat(parts.slice(0, i + 1)).length));
        const near = [...ends].flatMap((end) => [end - 1, end, end + 1, end + 3]);
        const cuts = [...cutsAt.map((at) => at % stream.length), ...near, stream.length]
          .filter((at) => at > 0 && at <= stream.length)
          .toSorted((a, b) => a - b);
        const read = new FrameEnds();
        let from = 0;
        for (const cut of cuts) {
          read.pass(stream.subarray(from, cut));
          expect(read.isBetween, `after ${cut} of ${[...ends].join()}`).to.equal(ends.has(cut));
          from = cut;
        }
      }),
      { numRuns: 100 },
    );
  });
});
