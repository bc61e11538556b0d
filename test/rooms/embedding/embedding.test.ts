// Events in somebody's server: what is theirs is served as ever, what is an event's goes through our gate.
import { createServer, get, type Server } from "node:http";
import {
  type Client,
  createEndpoint,
  createRouter,
  defineRoom,
  LobbyRoom,
  matchMaker,
  Room,
} from "@colyseus/core";
import { Client as Sdk } from "@colyseus/sdk";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { expect } from "chai";
import { ask, askToJoin } from "../../../harness/clients/http.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { type Embedded, startEmbedded } from "../../../harness/servers/embedded.ts";
import { until } from "../../../harness/wait.ts";
import { createApp, EventRoom, eventRoom, type HoldfastOptions, holdfastOf } from "../../../src/holdfast.ts";

interface Seen {
  token: string | undefined;
  ip: unknown;
  agent: string | null;
}
const seen: Seen[] = [];

class Chat extends Room {
  static override onAuth(
    token: string,
    options: { name?: string },
    context: { ip: unknown; headers: Headers },
  ) {
    seen.push({ token, ip: context.ip, agent: context.headers.get("user-agent") });
    return Promise.resolve({ name: options.name });
  }
  override messages = { echo: (client: Client, text: string) => client.send("echo", text) };
  override onDrop(client: Client): void {
    this.allowReconnection(client, 10).catch(() => {});
  }
}
class Quiz extends EventRoom {
  override messages = { which: () => "quiz" };
}

const routes = createRouter({
  thing: createEndpoint("/thing", { method: "POST" }, async ({ body }) => ({
    got: JSON.stringify(body).length,
  })),
});
const rooms = () => ({
  lobby: defineRoom(LobbyRoom),
  chat: defineRoom(Chat)
    .filterBy(["mode" as never])
    .enableRealtimeListing(),
  quiz: eventRoom(Quiz),
});

describe("events in somebody's server", () => {
  let theirs: Embedded<ReturnType<typeof rooms>, typeof routes>;
  let sdk: Sdk<(typeof theirs)["server"]>;
  before(async () => {
    theirs = await startEmbedded({
      rooms: rooms(),
      routes,
      express: (app) =>
        void app.get("/hello", (_request, response) => void response.json({ hello: "there" })),
    });
    sdk = new Sdk(theirs.url);
  });
  after(() => theirs.close());

  it("[X1] plain rooms are joined, filtered, found by id, created and come back to, as the framework has it", async () => {
    const first = await sdk.joinOrCreate("chat", { mode: "a" });
    const same = await sdk.join("chat", { mode: "a" });
    const other = await sdk.create("chat", { mode: "a" });
    const byId = await sdk.joinById(first.roomId);
    expect(same.roomId).to.equal(first.roomId);
    expect(byId.roomId).to.equal(first.roomId);
    expect(other.roomId).to.not.equal(first.roomId);
    const none = await sdk.join("chat", { mode: "b" }).catch((error: { code: number }) => error.code);
    expect(none).to.equal(521);
    const echo = new Promise((resolve) => first.onMessage("echo", resolve));
    first.send("echo", "hi");
    expect(await echo).to.equal("hi");
    const { reconnectionToken } = same;
    same.connection.close(4010);
    same.reconnection.enabled = false;
    const back = await sdk.reconnect(reconnectionToken);
    expect(back.sessionId).to.equal(same.sessionId);
  });

  it("[X2] a plain room's onAuth has its caller's token and headers", async () => {
    const mine = new Sdk(theirs.url);
    mine.auth.token = "a token";
    await mine.joinOrCreate("chat", { name: "Ann" });
    expect(seen.at(-1)).to.deep.include({ token: "a token", agent: "node" });
  });

  it("[X3] an event is joined as `event`, and is in no lobby", async () => {
    const me = identity();
    const phone = await Phone.join(theirs.url, me);
    expect(await phone.room.request("which")).to.equal("quiz");
    expect(holdfastOf(theirs.server).room(me.event_id)).to.be.instanceOf(Quiz);
    phone.drop({ reconnect: true });
    await phone.hears("participant_reconnected", me.device_id);
    const chat = await sdk.create("chat");
    const lobby = await sdk.joinOrCreate("lobby");
    const listed = await new Promise<{ roomId: string }[]>((resolve) => lobby.onMessage("rooms", resolve));
    expect(listed.map(({ roomId }) => roomId)).to.include(chat.roomId);
    expect(listed.filter(({ roomId }) => roomId.startsWith("ev-"))).to.deep.equal([]);
  });

  it("[X4] no address leads past our gate to an event, however it is written", async () => {
    const paths = [
      "create/quiz",
      "create/event",
      "joinOrCreate/%71uiz",
      "joinOrCreate/e%76ent",
      "create/quiz/?a=b",
    ];
    for (const path of [...paths, "../matchmake/create/quiz", "./create/quiz", "%63reate/quiz"]) {
      const me = identity();
      const answer = await askToJoin(theirs.url, me, {}, `/matchmake/${path}`);
      const isJoin = path.startsWith("joinOrCreate");
      expect(answer.status, path).to.be.oneOf(isJoin ? [200, 400] : [400, 404]);
      if (!isJoin) expect(holdfastOf(theirs.server).room(me.event_id), path).to.equal(undefined);
    }
    const event = newEvent();
    await Phone.join(theirs.url, identity(event));
    const reservation = await matchMaker.joinOrCreate("quiz", { event_id: event }); // by code of the owner's
    const room = holdfastOf(theirs.server).room(event);
    const { roomId } = room as { roomId: string };
    const bare = await matchMaker.reserveSeatFor({ name: "quiz", roomId } as never, {});
    for (const reserved of [reservation, bare]) {
      const entered = new Sdk(theirs.url).consumeSeatReservation(reserved as never);
      expect(
        await entered.then(
          () => "in",
          (error: { code: number }) => error.code,
        ),
      ).to.equal(400);
    }
    for (const method of ["joinOrCreate", "create", "join"] as const) {
      const context = { headers: new Headers(), ip: "127.0.0.1" };
      const joined = matchMaker[method]("quiz", identity(), context as never);
      expect(
        await joined.then(
          () => "in",
          (error: { code: number }) => error.code,
        ),
        method,
      ).to.equal(400);
    }
  });

  it("[X4] whoever reads a join's address after us reads what we have read", async () => {
    const urls: unknown[] = [];
    const read = ({ url }: { url?: string }) => void urls.push(url);
    const http = theirs.server.transport.server as unknown as Server;
    http.on("request", read);
    const answer = await askToJoin(theirs.url, identity(), {}, "/matchmake/./joinOrCreate/e%76ent/?a=b");
    http.off("request", read);
    expect(answer.status).to.equal(200);
    expect(urls).to.deep.equal(["/matchmake/joinOrCreate/event"]);
  });

  it("[X5] their routes answer, with bodies that nobody has read before them and that may be as large as they like", async () => {
    expect((await ask(theirs.url, "/hello")).text).to.equal('{"hello":"there"}');
    expect((await ask(theirs.url, "/__healthcheck")).text).to.equal("OK");
    expect((await ask(theirs.url, "/")).text).to.match(/^Colyseus 0\.18/);
    const large = JSON.stringify({ text: "x".repeat(300_000) });
    const headers = { "content-type": "application/json" };
    const answer = await ask(theirs.url, "/thing", { method: "POST", body: large, headers });
    expect(answer.status).to.equal(200);
    expect(JSON.parse(answer.text)).to.deep.equal({ got: large.length });
  });

  it("[X6] health and metrics are behind their routes, the pages are off", async () => {
    expect((await ask(theirs.url, "/healthz")).text).to.equal('{"status":"alive"}');
    expect((await ask(theirs.url, "/readyz")).status).to.equal(200);
    expect(
      (await ask(theirs.url, "/metrics", { headers: { origin: "https://a.example" } })).headers,
    ).to.not.have.any.keys("access-control-allow-origin");
    for (const path of ["/host", "/monitor", "/host/events"])
      expect((await ask(theirs.url, path)).status, path).to.equal(404);
  });

  it("[X7] CORS is ours for events, and the framework's for everything else", async () => {
    const origin = "https://elsewhere.example";
    const preflight = (path: string) => ask(theirs.url, path, { method: "OPTIONS", headers: { origin } });
    for (const path of ["/hello", "/matchmake/joinOrCreate/chat", "/matchmake/joinOrCreate/event"]) {
      const { status, headers } = await preflight(path);
      expect(status, path).to.equal(204);
      expect(headers["access-control-allow-origin"], path).to.equal(origin);
    }
    const unread = await askToJoin(theirs.url, "{", {}, "/matchmake/joinOrCreate/chat");
    expect(JSON.parse(unread.text)).to.deep.equal({ error: "malformed request body" });
  });

  it("[X8] what drains or suspends events is nothing to plain rooms", async () => {
    const chat = await sdk.create("chat");
    chat.reconnection.minUptime = 0;
    holdfastOf(theirs.server).drain();
    const refused = await askToJoin(theirs.url, identity());
    expect(refused.status).to.equal(503);
    const dropped = new Promise((resolve) => chat.onDrop(resolve));
    const returned = new Promise((resolve) => chat.onReconnect(() => resolve("back")));
    (chat.connection.transport as unknown as { ws: { terminate(): void } }).ws.terminate();
    await dropped;
    expect(await returned).to.equal("back");
    await sdk.joinOrCreate("chat");
  });
});

describe("createApp with rooms, routes and pages", () => {
  it("[X14] serves plain rooms and routes beside events, the pages behind them, and as it was without", async () => {
    const app = createApp({
      rooms: rooms(),
      routes,
      express: (express) =>
        void express.get("/host/events", (_request, response) => void response.send("theirs")),
      config: { storeUrl: "memory:", logLevel: "silent" },
    });
    const url = `http://127.0.0.1:${await app.listen(0, "127.0.0.1")}`;
    try {
      const sdk = new Sdk<(typeof app)["server"]>(url);
      const chat = await sdk.create("chat", { mode: "a" });
      expect((await sdk.join("chat", { mode: "a" })).roomId).to.equal(chat.roomId);
      const me = identity();
      await Phone.join(url, me);
      expect(app.room(me.event_id)).to.be.instanceOf(Quiz);
      expect((await ask(url, "/host/events")).text).to.equal("theirs");
      const statuses = ["/", "/host", "/healthz", "/metrics", "/nowhere"].map((path) => ask(url, path));
      expect((await Promise.all(statuses)).map(({ status }) => status)).to.deep.equal([
        200, 200, 200, 200, 404,
      ]);
    } finally {
      await app.close();
    }
    const bare = createApp({
      rooms: rooms(),
      pages: false,
      config: { storeUrl: "memory:", logLevel: "silent" },
    });
    const bareUrl = `http://127.0.0.1:${await bare.listen(0, "127.0.0.1")}`;
    try {
      expect((await ask(bareUrl, "/healthz")).status).to.equal(200);
      expect((await ask(bareUrl, "/host")).status).to.equal(404);
    } finally {
      await bare.close();
    }
  });
});

describe("a server with events, in other ways", () => {
  it("[B61] without the pages, behind an express app and without one, what browsers have kept of them is ended", async () => {
    const hello: NonNullable<HoldfastOptions["express"]> = (app) =>
      void app.get("/hello", (_, response) => void response.send("hello"));
    for (const express of [undefined, hello]) {
      const server = await startEmbedded({ rooms: rooms(), ...(express ? { express } : {}) });
      try {
        const { status, text, headers } = await ask(server.url, "/holdfast-worker.js");
        expect(status).to.equal(200);
        expect(headers["content-type"]).to.match(/^text\/javascript/);
        expect(headers["cache-control"]).to.equal("no-cache");
        expect(text).to.contain("registration.unregister()");
      } finally {
        await server.close();
      }
    }
  });

  it("[X6] a host's link is good without the pages, behind an express app and without one", async () => {
    const hello: NonNullable<HoldfastOptions["express"]> = (app) =>
      void app.get("/hello", (_, response) => void response.send("hello"));
    for (const express of [undefined, hello]) {
      const server = await startEmbedded({ rooms: rooms(), ...(express ? { express } : {}) });
      try {
        const redeem = (code: unknown) =>
          ask(server.url, "/host/session", {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify({ code }),
          });
        const code = holdfastOf(server.server).newHostCode();
        const { status, text } = await redeem(code);
        expect(status, text).to.equal(200);
        expect((JSON.parse(text) as { host_token: unknown }).host_token).to.be.a("string");
        expect((await redeem(code)).status, "again").to.equal(401);
      } finally {
        await server.close();
      }
    }
  });

  it("[X9] a transport that its owner made is taken over: its server, pings, and size of frames", async () => {
    const http = createServer();
    const transport = new WebSocketTransport({ server: http, maxPayload: 20_000, pingInterval: 100 });
    const theirs = await startEmbedded({ rooms: rooms(), transport });
    try {
      expect(theirs.server.transport.server).to.equal(http);
      const chat = await new Sdk(theirs.url).create("chat");
      const echo = new Promise((resolve) => chat.onMessage("echo", resolve));
      chat.send("echo", "x".repeat(15_000));
      expect(await echo).to.have.length(15_000);
      await Phone.join(theirs.url, identity());
    } finally {
      await theirs.close();
    }
  });

  it("[X4] no address of a socket does, either", async () => {
    const theirs = await startEmbedded({ rooms: rooms() });
    const phone = await Phone.join(theirs.url, identity());
    const { roomId, sessionId, reconnectionToken } = phone.room;
    const token = reconnectionToken.split(":")[1];
    const query = `?sessionId=${sessionId}&reconnectionToken=${token}`;
    const ways = [`/p/${roomId}`, `/p/./${roomId}`, `/p/x/../${roomId}`, `/p/%2e/${roomId}`, `/p\\${roomId}`];
    const paths = [...ways.map((way) => `${way}${query}`), `/p/${roomId}#${query}`, `/p/${roomId}${query}#`];
    holdfastOf(theirs.server).drain(); // our gate says 503, the framework's opens the socket
    for (const path of paths) {
      const request = get({
        host: "127.0.0.1",
        port: theirs.port,
        path,
        headers: {
          connection: "Upgrade",
          upgrade: "websocket",
          "sec-websocket-version": "13",
          "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
        },
      });
      const status = await new Promise((resolve, reject) => {
        request.on("response", (response) => resolve(response.resume().statusCode));
        request.on("upgrade", (response, socket) => resolve(socket.destroy() && response.statusCode));
        request.on("error", reject);
      });
      expect(status, path).to.equal(503);
    }
    expect(phone.closedWith).to.equal(undefined);
    await theirs.close();
  });

  it("[X10] health and metrics have other names, or none; the pages come when they are asked for", async () => {
    const theirs = await startEmbedded(
      { rooms: rooms(), pages: true },
      { healthPath: "/alive", metricsPath: "" },
    );
    try {
      expect((await ask(theirs.url, "/alive")).status).to.equal(200);
      expect((await ask(theirs.url, "/host")).status).to.equal(200);
      for (const path of ["/healthz", "/metrics"])
        expect((await ask(theirs.url, path)).status, path).to.equal(404);
    } finally {
      await theirs.close();
    }
    const bare = await startEmbedded({ rooms: rooms(), routes }, { healthPath: "/thing" });
    try {
      expect((await ask(bare.url, "/readyz")).status).to.equal(200);
      expect((await ask(bare.url, "/nowhere")).status).to.equal(404);
    } finally {
      await bare.close();
    }
  });

  it("[X11] shutdown stores, asks everyone in an event to come back, and its owner's own call takes nothing away", async () => {
    const calls: string[] = [];
    const theirs = await startEmbedded({ rooms: rooms(), beforeListen: () => void calls.push("listen") });
    theirs.server.onBeforeShutdown(() => void calls.push("before"));
    theirs.server.onShutdown(() => void calls.push("after"));
    const event = newEvent();
    const phone = await Phone.join(theirs.url, identity(event));
    phone.room.reconnection.enabled = false;
    const chat = await new Sdk(theirs.url).create("chat");
    chat.reconnection.enabled = false;
    const chatLeft = new Promise((resolve) => chat.onLeave(resolve));
    await theirs.close();
    await until("both are closed", () => phone.closedWith !== undefined);
    expect([phone.closedWith, await chatLeft]).to.deep.equal([4010, 4001]);
    expect(calls).to.deep.equal(["listen", "before", "after"]);
    const next = await startEmbedded({ rooms: rooms() }); // the process is free for another
    await next.close();
  });
});
