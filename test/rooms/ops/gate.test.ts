// The request gate and admission: what every refused join looks like, how many may come in, and whose word an address is.
import "../../../harness/clients/use-ws.ts"; // before the SDK
import { expect } from "chai";
import { Client } from "@colyseus/sdk";
import { connect } from "node:net";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { ask, askToJoin, refused, refusedBy } from "../../../harness/clients/http.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { matchmake, RawClient } from "../../../harness/clients/raw-client.ts";
import { until } from "../../../harness/wait.ts";

const noSuchMethod = { code: 400, message: 'Use joinOrCreate or reconnect, with the room name "event"' };

describe("refused joins", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp();
  });
  after(() => app.close());

  it("[J7] the SDK gets a MatchMakeError with a code and a sentence, whatever was wrong", async () => {
    const client = new Client(app.url);
    const phone = await Phone.join(app.url, identity());
    const { roomId } = phone.room;
    const wrong: [string, () => Promise<unknown>, number][] = [
      ["no options", () => client.joinOrCreate("event"), 400],
      ["an unknown room", () => client.joinOrCreate("lobby", identity()), 400],
      ["a room named like a prototype's key", () => client.joinOrCreate("__proto__", identity()), 400],
      ["a room name with a space", () => client.joinOrCreate("no room", identity()), 400],
      ["a bad reconnection token", () => client.reconnect(`${roomId}:${"A".repeat(32)}`), 401],
      ["a reconnection token of another form", () => client.reconnect(`${roomId}:x`), 401],
      ["a room that is not there", () => client.reconnect(`ev-${"A".repeat(43)}:${"A".repeat(32)}`), 401],
      ["a room named constructor", () => client.reconnect(`constructor:${"A".repeat(32)}`), 401],
      [
        "a body that is too large",
        () => client.joinOrCreate("event", { ...identity(), x: "x".repeat(70_000) }),
        413,
      ],
    ];
    for (const [what, join, code] of wrong) expect((await refused(join())).code, what).to.equal(code);
  });

  it("[J8] create, and join and joinById of what is not there, are refused and leave nothing behind", async () => {
    const client = new Client(app.url);
    const me = identity();
    const { room } = await Phone.join(app.url, identity());
    const noRoom = `ev-${"A".repeat(43)}`;
    const wrong: [() => Promise<unknown>, number, RegExp][] = [
      [() => client.create("event", me), 400, /^An event is opened by joinOrCreate, or by its server;/],
      [() => client.join("event", me), 404, /^There is no event "/],
      [
        () => client.joinById(room.roomId, me),
        400,
        /^Invalid event_id: the room of this id is another event's$/,
      ],
      [() => client.joinById(noRoom, { ...me, event_id: undefined }), 404, /^There is no such event$/],
      [() => client.joinById("lobby", me), 400, /^Use joinOrCreate/],
    ];
    for (const [join, code, sentence] of wrong) {
      const answer = await refused(join());
      expect(answer.code).to.equal(code);
      expect(answer.message).to.match(sentence);
    }
    expect(app.room(me.event_id)).to.equal(undefined);
  });

  it("[J8] and so is every other name for a method, by any path", async () => {
    const methods = [
      "joinById",
      "createRoom",
      "query",
      "constructor",
      "__proto__",
      "toString",
      "joinorcreate",
      "%6aoinOrCreate",
      "..",
      "%2e%2e",
      "",
      ".",
    ];
    for (const method of methods) {
      const answer = await askToJoin(app.url, identity(), {}, `/matchmake/${method}/event`);
      expect(refusedBy(answer), method).to.deep.equal(noSuchMethod);
    }
    for (const path of [
      "/matchmake/",
      "/matchmake/joinOrCreate",
      "/matchmake/joinOrCreate/",
      "/matchmake/joinOrCreate/event/",
      "/matchmake/joinOrCreate/event/x",
      "/matchmake/joinOrCreate/%E0%A4%A",
    ])
      expect(refusedBy(await askToJoin(app.url, identity(), {}, path)), path).to.deep.equal(noSuchMethod);
  });

  it("[J7] other verbs, and paths beside, are 404 as JSON", async () => {
    for (const method of ["GET", "PUT", "PATCH", "DELETE"]) {
      const { status, text } = await ask(app.url, "/matchmake/joinOrCreate/event", { method });
      expect(status, method).to.equal(404);
      expect(JSON.parse(text)).to.deep.equal({
        code: 404,
        error: "There is nothing here",
        reason: "not_found",
      });
    }
  });

  it("[J7] a body that is no JSON, or says that it is something else, is 400", async () => {
    const good = JSON.stringify(identity());
    const bodies = [
      "{",
      `${good}}`,
      good.slice(0, -1),
      "NaN",
      "\0",
      "[".repeat(30_000),
      Buffer.from([0xff, 0xfe]),
    ];
    const headers = { "content-type": "application/json" };
    const path = "/matchmake/joinOrCreate/event";
    for (const body of bodies) {
      const answer = await ask(app.url, path, { method: "POST", headers, body });
      expect(refusedBy(answer)).to.deep.equal({ code: 400, message: "The request body is not JSON" });
    }
    for (const type of [
      "",
      "text/plain",
      "multipart/form-data; boundary=x",
      "application/x-www-form-urlencoded",
      "application/jsonp",
      "image/png",
    ]) {
      const answer = await ask(app.url, path, {
        method: "POST",
        headers: type === "" ? {} : { "content-type": type },
        body: good,
      });
      expect(refusedBy(answer).code, type).to.equal(400);
    }
    for (const type of ["application/json; charset=utf-8", "Application/JSON"])
      expect((await askToJoin(app.url, good, { "content-type": type })).status, type).to.equal(200);
  });

  it("[J7] options that are no object are as good as none", async () => {
    for (const body of ["", "null", "[]", '"x"', "5", "true"])
      expect(refusedBy(await askToJoin(app.url, body))).to.deep.equal({
        code: 400,
        message: "Missing event_id",
      });
  });

  it("[J7] a return with no token is 400, with a token of another type too", async () => {
    const { reservation } = await matchmake(app.url, identity());
    for (const token of [undefined, null, 5, {}, ["A".repeat(32)], true]) {
      const answer = await askToJoin(
        app.url,
        { reconnectionToken: token },
        {},
        `/matchmake/reconnect/${reservation?.roomId}`,
      );
      expect(refusedBy(answer)).to.deep.equal({ code: 400, message: "Missing reconnectionToken" });
    }
    expect(app.lines.filter(({ level }) => Number(level) >= 50)).to.deep.equal([]);
  });
});

// A promise of the server that nobody handles fails these tests, too (harness/setup.ts).
describe("hostile joins", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp();
  });
  after(() => app.close());

  it("[J11] options nested deeply, huge, or keyed like a prototype are ignored, and the join is answered", async () => {
    const values = [
      "[".repeat(30_000) + "]".repeat(30_000),
      `${'{"a":'.repeat(9000)}1${"}".repeat(9000)}`,
      JSON.stringify("x".repeat(60_000)),
      '{"isAdmin":true}',
    ];
    for (const value of values) {
      for (const key of ["x", "__proto__", "constructor", "toJSON", "maxClients"]) {
        const me = identity();
        const body = `{${JSON.stringify(me).slice(1, -1)},${JSON.stringify(key)}:${value}}`;
        const { status, text } = await askToJoin(app.url, body);
        expect(status, `${key} ${value.slice(0, 20)}: ${text}`).to.equal(200);
        const reservation = JSON.parse(text) as { sessionId: string; roomId: string; processId: string };
        const client = new RawClient(app.url, reservation);
        await until("joined", () => client.token !== undefined);
        client.socket.terminate();
      }
    }
    expect(({} as { isAdmin?: boolean }).isAdmin).to.equal(undefined);
  });

  it("[J11] an upgrade whose address is none ends that socket, and nothing else", async () => {
    const socket = connect(app.port, "127.0.0.1");
    socket.on("error", () => {});
    socket.write(
      "GET *% HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    socket.resume();
    await until("it is closed", () => socket.closed);
  });

  it("[J11] headers that make no URL do not hang a join", async () => {
    const me = identity();
    for (const host of [
      "[",
      "a b",
      "x:99999",
      "user@host",
      "user:pw@host",
      "",
      "x/y",
      "x?y",
      "x#y",
      "\\\\",
    ]) {
      const { status } = await askToJoin(app.url, me, { host });
      expect(status, `host ${host}`).to.equal(200);
    }
    for (const scheme of ["::", "%%", "a b", "javascript", "https, http"]) {
      const { status } = await askToJoin(app.url, me, { "x-forwarded-proto": scheme });
      expect(status, `scheme ${scheme}`).to.equal(200);
    }
  });

  it("[J11] odd paths and session ids of a WebSocket get an answer, and nothing internal is told or logged", async () => {
    const me = identity();
    const phone = await Phone.join(app.url, me);
    const { roomId } = phone.room;
    const logged = app.lines.length;
    const paths = [
      `/p/${roomId}?sessionId=__proto__`,
      `/p/${roomId}?sessionId=constructor&reconnectionToken=__proto__`,
      `/p/${roomId}`,
      "/p/__proto__?sessionId=x",
      "/p/constructor?sessionId=x&reconnectionToken=A",
      "/p/toString",
      "/%zz?sessionId=%zz",
      "//",
      "*",
    ];
    for (const path of paths) {
      for (const host of ["x", "[", "user@x"]) {
        const text = await upgrade(app.port, path, host);
        expect(text, path).to.match(/^HTTP\/1\.1 (?:101|400|503) /);
        expect(text, path).to.not.match(/is not a function|TypeError|node_modules|undefined/);
      }
    }
    const internal = app.lines
      .slice(logged)
      .filter((line) => /TypeError|is not a function|sessionId=/.test(JSON.stringify(line)));
    expect(internal).to.deep.equal([]);
    phone.room.send("heartbeat");
    await until("acknowledged", () => phone.heard.some(({ type }) => type === "heartbeat_ack"));
  });
});

/** What a server says to an upgrade, and within a moment after that, error frames included. */
function upgrade(port: number, path: string, host: string): Promise<string> {
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "",
    "",
  ];
  return new Promise((resolve) => {
    let text = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(lines.join("\r\n")));
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      socket.setTimeout(100, () => socket.destroy()); // from its first word on: that may take any time
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(text));
  });
}

describe("limits", () => {
  let app: TestApp;
  const begin = async (config: Parameters<typeof startApp>[0]) => {
    app = await startApp(config);
  };
  afterEach(() => app.close());

  it("[J10] beyond MAX_EVENTS a new event is 503 with a hint, and builds no room; events that are there go on", async () => {
    await begin({ config: { maxEvents: 2 } });
    const [one, two] = [identity(), identity()];
    const phone = await Phone.join(app.url, one);
    await Phone.join(app.url, two);
    const third = identity();
    const answer = await refused(Phone.join(app.url, third));
    expect(answer.code).to.equal(503);
    expect(answer.message).to.match(/maximum of 2 events; retry in \d+ ms/);
    expect(app.room(third.event_id)).to.equal(undefined);
    await Phone.join(app.url, identity(one.event_id));
    phone.drop();
    await Phone.join(app.url, one);
    expect((await refused(Phone.join(app.url, { event_id: newEvent(), role: "observer" }))).code).to.equal(
      503,
    );
  });

  it("[J10] beyond JOINS_PER_MINUTE_PER_IP a new seat is 429, in a new event and in an old one, and a return never", async () => {
    await begin({ config: { joinsPerMinutePerIp: 3 } });
    const event = newEvent();
    const [ann, bob] = [identity(event), identity(event)];
    const phones = [
      await Phone.join(app.url, ann),
      await Phone.join(app.url, bob),
      await Phone.join(app.url, identity()),
    ];
    const fourth = identity();
    for (const late of [identity(event), fourth]) {
      const { code, message } = await refused(Phone.join(app.url, late));
      expect(code).to.equal(429);
      expect(message).to.match(/^Too many new seats from this address; retry in \d+ ms$/);
    }
    expect(app.room(fourth.event_id)).to.equal(undefined);
    for (let i = 0; i < 5; i++) {
      phones[0]?.drop();
      phones[0] = await Phone.join(app.url, ann);
    }
    const token = phones[1]?.room.reconnectionToken as string;
    phones[1]?.drop();
    await Phone.reconnect(app.url, token);
    await Phone.join(app.url, { event_id: event, role: "observer" });
  });

  it("[J10] an address is the socket's: no header makes another of it unless a proxy is trusted", async () => {
    await begin({ config: { joinsPerMinutePerIp: 2 } });
    const from = (headers: Record<string, string>) => askToJoin(app.url, identity(), headers);
    const spoofs = [
      { "x-holdfast-peer": "203.0.113.1" },
      { "x-holdfast-peer": "203.0.113.2", "x-holdfast-direct": "shared" },
      { "x-holdfast-direct": "shared" },
      { "x-client-ip": "203.0.113.4" },
    ];
    const codes: number[] = [];
    for (const headers of spoofs) codes.push((await from(headers as never)).status);
    expect(codes).to.deep.equal([200, 200, 429, 429]);
  });

  it("[J10] with one trusted proxy, the last hop counts and what the client wrote before it does not", async () => {
    await begin({ config: { joinsPerMinutePerIp: 2, trustProxy: 1 } });
    const from = async (hops: string) =>
      (await askToJoin(app.url, identity(), { "x-forwarded-for": hops })).status;
    expect([await from("203.0.113.1"), await from("198.51.100.9, 203.0.113.1")]).to.deep.equal([200, 200]);
    expect(await from("198.51.100.8,203.0.113.1")).to.equal(429);
    expect(await from("203.0.113.1, 203.0.113.2")).to.equal(200);
    expect((await askToJoin(app.url, identity())).status, "the proxy itself").to.equal(200);
  });

  it("[J10] with two trusted proxies the second last counts", async () => {
    await begin({ config: { joinsPerMinutePerIp: 1, trustProxy: 2 } });
    const from = async (hops: string) =>
      (await askToJoin(app.url, identity(), { "x-forwarded-for": hops })).status;
    expect(await from("1.1.1.1, 203.0.113.1, 10.0.0.1")).to.equal(200);
    expect(await from("2.2.2.2, 203.0.113.1, 10.0.0.2")).to.equal(429);
    expect(await from("2.2.2.2, 203.0.113.2, 10.0.0.1")).to.equal(200);
  });

  it("[O2] behind a trusted proxy an observer is local only if the proxy says so", async () => {
    await begin({ config: { trustProxy: 1 } });
    const observer = { event_id: newEvent(), role: "observer" };
    const from = async (hops: string) =>
      (await askToJoin(app.url, observer, { "x-forwarded-for": hops })).status;
    expect(await from("127.0.0.1")).to.equal(200);
    expect(await from("::1")).to.equal(200);
    expect(await from("127.0.0.1, 203.0.113.1")).to.equal(403);
    expect(await from("203.0.113.1")).to.equal(403);
    expect(await from("127.0.0.1.evil.example")).to.equal(403);
    expect((await askToJoin(app.url, observer, { forwarded: "for=203.0.113.1" })).status).to.equal(403);
    expect((await askToJoin(app.url, observer)).status, "no proxy between").to.equal(200);
  });
});
