// The bad network of `holdfast/testing`, over real sockets, in front of a server that says everything again.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { expect } from "chai";
import { quiet, until } from "../../../harness/wait.ts";
import { FaultProxy } from "../../../src/testing/index.ts";

describe("A network that fails", () => {
  let server: Server;
  let proxy: FaultProxy;
  /** What the server has been sent, by all. */
  let sent: Buffer;
  const ends: Socket[] = [];

  before(async () => {
    server = createServer((socket) => {
      ends.push(socket);
      socket.on("error", () => {});
      socket.on("data", (bytes) => {
        sent = Buffer.concat([sent, bytes]);
        socket.write(bytes);
      });
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
  });

  beforeEach(async () => {
    sent = Buffer.alloc(0);
    proxy = await FaultProxy.start((server.address() as AddressInfo).port);
  });

  afterEach(() => proxy.close());

  after(() => {
    for (const end of ends) end.destroy();
    server.close();
  });

  /** A client, and what it has been sent. */
  async function client() {
    const socket = connect(proxy.port, "127.0.0.1");
    const client = { socket, got: Buffer.alloc(0), end: "" };
    socket.on("data", (bytes) => (client.got = Buffer.concat([client.got, bytes])));
    socket.on("error", (error: NodeJS.ErrnoException) => (client.end = error.code ?? ""));
    socket.on("end", () => (client.end ||= "end"));
    await once(socket, "connect");
    return client;
  }

  it("[V70] passes nothing in a hole, tells nobody, and delivers when it heals", async () => {
    const phone = await client();
    phone.socket.write("a");
    await until("the answer", () => phone.got.length === 1);
    proxy.strand();
    phone.socket.write("b");
    await quiet(50);
    expect([sent.toString(), phone.got.toString(), phone.end]).to.deep.equal(["a", "a", ""]);
    proxy.heal();
    await until("what was sent meanwhile", () => phone.got.toString() === "ab");
  });

  it("[V70] holds one direction alone", async () => {
    const phone = await client();
    proxy.strand("down");
    phone.socket.write("a");
    await until("its way up", () => sent.toString() === "a");
    await quiet(50);
    expect(phone.got.length).to.equal(0);
    proxy.heal();
    await until("its way down", () => phone.got.toString() === "a");
    proxy.strand("up");
    phone.socket.write("b");
    await quiet(50);
    expect(sent.toString()).to.equal("a");
  });

  it("[V70] lets a connection that is made in a hole starve until it heals", async () => {
    proxy.strand();
    const phone = await client();
    phone.socket.write("a");
    await quiet(50);
    expect(sent.length).to.equal(0);
    proxy.heal();
    await until("the answer", () => phone.got.toString() === "a");
  });

  it("[V70] says nothing of an end in a hole before it heals", async () => {
    const phone = await client();
    phone.socket.write("a");
    await until("the answer", () => phone.got.length === 1);
    const serversEnd = ends.at(-1) as Socket;
    proxy.strand();
    phone.socket.destroy();
    await quiet(50);
    expect([serversEnd.readableEnded, serversEnd.destroyed, proxy.open]).to.deep.equal([false, false, 1]);
    proxy.heal();
    await until("the end", () => serversEnd.destroyed && proxy.open === 0);
  });

  it("[V70] resets everyone, and refuses newcomers until it heals", async () => {
    const phone = await client();
    phone.socket.write("a");
    await until("the answer", () => phone.got.length === 1);
    proxy.reset({ refuse: true });
    await until("the reset", () => phone.end === "ECONNRESET");
    const refused = connect(proxy.port, "127.0.0.1");
    const end = await new Promise<NodeJS.ErrnoException>((resolve) => refused.on("error", resolve));
    expect([end.code, proxy.refused]).to.deep.equal(["ECONNRESET", 1]);
    proxy.heal();
    const back = await client();
    back.socket.write("b");
    await until("the answer", () => back.got.toString() === "b");
  });

  it("[V70] leaves the server with a socket that nobody answers", async () => {
    const phone = await client();
    phone.socket.write("a");
    await until("the answer", () => phone.got.length === 1);
    const serversEnd = ends.at(-1) as Socket;
    proxy.abandon();
    await until("the client's end", () => phone.end === "ECONNRESET");
    await quiet(50);
    expect([serversEnd.readableEnded, serversEnd.destroyed]).to.deep.equal([false, false]);
  });

  it("[V71] is late by as much as it is told, in each direction", async () => {
    const phone = await client();
    proxy.slow({ latencyMs: 60 });
    const startedAt = performance.now();
    phone.socket.write("a");
    await until("the answer", () => phone.got.length === 1);
    expect(performance.now() - startedAt).to.be.at.least(120);
    proxy.slow({});
    proxy.slow({ latencyMs: 60_000 }, "down");
    phone.socket.write("b");
    await until("its way up", () => sent.toString() === "ab");
    expect(phone.got.toString()).to.equal("a");
  });

  it("[V71] carries as many bytes in a second as it is told, all of them and in order", async () => {
    const phone = await client();
    proxy.slow({ bytesPerSecond: 100_000 }, "up");
    const bytes = Buffer.from(Array.from({ length: 20_000 }, (_, at) => at % 251));
    const startedAt = performance.now();
    phone.socket.end(bytes);
    await until("all of it", () => sent.length === bytes.length);
    expect(performance.now() - startedAt).to.be.at.least(200);
    await until("its way back, and the end", () => phone.got.length === bytes.length && phone.end === "end");
    expect(sent.equals(bytes) && phone.got.equals(bytes)).to.equal(true);
  });

  it("[V71] keeps little of what waits: a sender that is too fast for it waits", async () => {
    const phone = await client();
    proxy.slow({ bytesPerSecond: 1000 }, "up");
    const [piece, pieces] = [Buffer.alloc(64 * 1024), 1024];
    for (let sent = 0; sent < pieces; sent++) phone.socket.write(piece);
    let before = pieces * piece.length;
    await until("nothing more leaves the sender", async () => {
      const left = before;
      await quiet(200);
      before = phone.socket.writableLength;
      return before === left;
    });
    expect(phone.socket.writableLength, "waits at the sender").to.be.above((pieces * piece.length) / 2);
    phone.socket.destroy();
  });

  it("[V71] refuses a quality that is none", () => {
    expect(() => proxy.slow({ latencyMs: -1 })).to.throw(RangeError, "latencyMs must be 0 or more");
    expect(() => proxy.slow({ bytesPerSecond: 0 })).to.throw(
      RangeError,
      "bytesPerSecond must be more than 0",
    );
  });
});
