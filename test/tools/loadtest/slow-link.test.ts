// The slow link of `npm run bench:pages`: late and narrow, but what goes in comes out.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { expect } from "chai";
import { SlowLink } from "../../../loadtest/pages/slow-link.ts";

/** Different everywhere, so that what has overtaken is seen. */
const sent = Buffer.from(Array.from({ length: 4000 }, (_, at) => (at * 7 + (at >> 8)) % 256));

/** As a TLS handshake comes: a record and right after it one of 6 bytes, whose arrivals are a tenth of a millisecond apart. */
async function sayInPieces(socket: Socket): Promise<void> {
  for (let at = 0, turn = 0; at < sent.length; turn += 1) {
    const end = at + (turn % 2 === 0 ? 73 : 6);
    socket.write(sent.subarray(at, end));
    at = end;
    await new Promise((resolve) => setImmediate(resolve));
  }
  socket.end();
}

describe("the slow link of the pages' bench", () => {
  let server: Server;
  let link: SlowLink;
  beforeEach(async () => {
    server = createServer((socket) => void sayInPieces(socket)).listen(0, "127.0.0.1");
    await once(server, "listening");
    link = await SlowLink.start((server.address() as AddressInfo).port, {
      roundTripMs: 20,
      bytesPerSecond: 50_000,
    });
  });
  afterEach(() => {
    link.close();
    server.close();
  });

  it("gives every byte in its order, and counts what has arrived", async () => {
    const phone = connect(link.port, "127.0.0.1");
    const received: Buffer[] = [];
    for await (const bytes of phone) received.push(bytes as Buffer);
    expect(Buffer.concat(received).equals(sent), "what arrived is what was sent").to.equal(true);
    expect(link.arrivedUntil(Number.POSITIVE_INFINITY)).to.equal(sent.length);
    expect(link.arrivedUntil(0)).to.equal(0);
  });
});
