// Which answers take a host's right away: the server's own word for it, and nothing else.
import { expect } from "chai";
import { HostServer } from "../../../src/pages/host/host-server.ts";

describe("pages: the host's right", () => {
  const names = ["fetch", "addEventListener"];
  const kept = names.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);
  let answer: { status: number; body: string };
  before(() => {
    const fetched = async () => new Response(answer.body, { status: answer.status });
    Object.defineProperty(globalThis, "fetch", { value: fetched, configurable: true });
    Object.defineProperty(globalThis, "addEventListener", { value: () => {}, configurable: true });
  });
  after(() => {
    for (const [name, descriptor] of kept) {
      Reflect.deleteProperty(globalThis, name);
      if (descriptor !== undefined) Object.defineProperty(globalThis, name, descriptor);
    }
  });

  const list = { status: 200, body: '{"server_time":7,"events":[]}' };
  const signedIn = async () => {
    const server = new HostServer("http://a.server");
    answer = list;
    await server.useToken("a token");
    return server;
  };

  it("[C29] is kept whatever a gateway or a captive portal answers, and while nothing answers", async () => {
    const server = await signedIn();
    for (const [status, body] of [
      [401, '{"message":"Unauthorized"}'],
      [403, "<html>Sign in to the Wi-Fi</html>"],
      [200, "<html></html>"],
      [502, ""],
      [503, '{"code":503,"error":"Soon","reason":"draining"}'],
    ] as const) {
      answer = { status, body };
      const error = await server.events().catch((reason: unknown) => reason);
      expect(error, body).to.be.instanceOf(Error);
      expect(server.isForAll, body).to.equal(true);
    }
    answer = list;
    expect(await server.events()).to.deep.equal({ events: [], at: 7 });
    server.signOut();
  });

  it("[C29] ends when the server does not know it any more, and everyone who listens hears of it", async () => {
    const server = await signedIn();
    const heard: number[] = [];
    const stop = server.onRights((rights) => heard.push(rights.size));
    answer = { status: 401, body: '{"code":401,"error":"No host","reason":"bad_token"}' };
    expect((await server.events()).events).to.deep.equal([]);
    expect([server.isForAll, heard]).to.deep.equal([false, [0]]);
    stop();
  });
});
