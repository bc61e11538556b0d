// Connections of one address that have no seat. The addresses of 127/8 do not count, so the class is asked directly; what
// the server does with it is seen with a limit that hits whoever is not exempt.
import { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import { networkInterfaces } from "node:os";
import { connect, type Socket } from "node:net";
import { expect } from "chai";
import { directHeader } from "../../../src/protocol/peer-headers.ts";
import { ConnectionLimit } from "../../../src/admission/http/connection-limit.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { ask } from "../../../harness/clients/http.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { until } from "../../../harness/wait.ts";

class FakeSocket extends EventEmitter {
  readonly remoteAddress: string;
  isDestroyed = false;
  constructor(remoteAddress: string) {
    super();
    this.remoteAddress = remoteAddress;
  }
  destroy(): void {
    this.isDestroyed = true;
    this.emit("close");
  }
}

function open(limit: ConnectionLimit, address: string): FakeSocket & Socket {
  const socket = new FakeSocket(address) as FakeSocket & Socket;
  limit.opened(socket);
  return socket;
}
const many = (limit: ConnectionLimit, count: number, address: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => open(limit, address(i)));
const refused = (sockets: readonly FakeSocket[]) => sockets.filter(({ isDestroyed }) => isDestroyed).length;
const request = (socket: Socket, direct: string) =>
  ({ socket, headers: { [directHeader]: direct } }) as unknown as IncomingMessage;

describe("connections of one address", () => {
  it("[H10] beyond the limit are closed, and one that ends or has a seat makes room for another", () => {
    const limit = new ConnectionLimit({ connectionsPerIp: 10, trustProxy: 0 });
    const sockets = many(limit, 12, () => "203.0.113.1");
    expect(refused(sockets)).to.equal(2);
    expect(limit.refused).to.equal(2);
    sockets[0]?.destroy();
    limit.seated(sockets[1] as Socket);
    expect(refused(many(limit, 3, () => "::ffff:203.0.113.1"))).to.equal(1);
    expect(refused(many(limit, 10, () => "203.0.113.2"))).to.equal(0);
    expect(refused(many(limit, 12, (i) => `2001:db8::${i}`)), "one network").to.equal(2);
  });

  it("[H10] a seat's socket does not count when it closes later, either", () => {
    const limit = new ConnectionLimit({ connectionsPerIp: 10, trustProxy: 0 });
    const [seated] = many(limit, 10, () => "203.0.113.1");
    limit.seated(seated as Socket);
    seated?.destroy();
    expect(refused(many(limit, 2, () => "203.0.113.1"))).to.equal(1);
  });

  it("[H10] loopback, other processes and proxies are not counted", () => {
    const limit = new ConnectionLimit({ connectionsPerIp: 10, trustProxy: 0 });
    expect(refused(many(limit, 50, () => "127.0.0.1"))).to.equal(0);
    const [carried] = many(limit, 10, () => "10.0.0.1");
    limit.asked(request(carried as Socket, "remote"), true);
    expect(refused(many(limit, 50, () => "10.0.0.1"))).to.equal(0);
    const [proxied] = many(limit, 10, () => "10.0.0.2");
    limit.asked(request(proxied as Socket, "shared"), false);
    expect(refused(many(limit, 50, () => "10.0.0.2"))).to.equal(0);
    const [direct] = many(limit, 10, () => "10.0.0.3");
    limit.asked(request(direct as Socket, "remote"), false);
    expect(refused(many(limit, 1, () => "10.0.0.3")), "an ordinary client is").to.equal(1);
    expect(
      refused(many(new ConnectionLimit({ connectionsPerIp: 10, trustProxy: 1 }), 50, () => "10.0.0.3")),
    ).to.equal(0);
    expect(
      refused(many(new ConnectionLimit({ connectionsPerIp: 0, trustProxy: 0 }), 50, () => "10.0.0.3")),
    ).to.equal(0);
  });

  describe("on a server", () => {
    let app: TestApp | undefined;
    afterEach(() => app?.close());
    /** This machine's own address that is no loopback; undefined where there is none. */
    const own = Object.values(networkInterfaces())
      .flat()
      .find((at) => at?.family === "IPv4" && !at.internal)?.address;

    it("[H10] seats hold none of an address's connections; silent ones do, and are refused beyond the limit", async function () {
      if (own === undefined) {
        console.error("NOT RUN: this machine has no address beside loopback");
        return this.skip();
      }
      app = await startApp({ config: { host: "0.0.0.0", connectionsPerIp: 10 } });
      const url = `http://${own}:${app.port}`;
      const event = newEvent();
      const phones: Phone[] = [];
      for (let i = 0; i < 12; i++) phones.push(await Phone.join(url, identity(event)));
      const silent: Socket[] = [];
      const isOver = () => silent.filter(({ closed }) => closed).length;
      await until("connections are refused", () => {
        silent.push(
          connect(app?.port ?? 0, own)
            .on("error", () => {})
            .resume(),
        );
        return isOver() > 0;
      });
      await until("whoever is one too many is refused", () => silent.length - isOver() <= 12);
      expect(silent.length - isOver()).to.be.at.least(1);
      expect(phones.every(({ closedWith }) => closedWith === undefined)).to.equal(true);
      expect((await ask(app.url, "/healthz")).status, "from loopback").to.equal(200);
      for (const socket of silent) socket.destroy();
      await until("there is room again", () =>
        ask(url, "/healthz").then(
          ({ status }) => status === 200,
          () => false,
        ),
      );
    });
  });
});
