// The operator's HTTP: health, readiness, the monitor that may look but not touch, and who may ask from a browser.
import { connect } from "node:net";
import { expect } from "chai";
import { WebSocket } from "ws";
import { type Config, loadConfig } from "../../../src/config.ts";
import { MemoryStore } from "../../../src/store/memory-store.ts";
import type { Kept } from "../../../src/store/seat-store.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { ask, askToJoin, refusedBy } from "../../../harness/clients/http.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { matchmake, RawClient } from "../../../harness/clients/raw-client.ts";
import { until } from "../../../harness/wait.ts";

class ShakyStore extends MemoryStore {
  isUp = true;

  override async alive(at: number): Promise<Kept> {
    if (!this.isUp) throw new Error("out of reach");
    return super.alive(at);
  }
}

describe("operator's HTTP", () => {
  let app: TestApp;
  const store = new ShakyStore();
  before(async () => {
    app = await startApp({ store });
  });
  after(() => app.close());

  it("[W1] /healthz answers while the process lives, /readyz while it can take joins", async () => {
    const states = async () => [
      (await ask(app.url, "/healthz")).status,
      (await ask(app.url, "/readyz")).status,
    ];
    expect(await states()).to.deep.equal([200, 200]);
    expect(JSON.parse((await ask(app.url, "/readyz")).text)).to.deep.equal({ status: "ready" });
    store.isUp = false;
    await until("not ready", async () => (await states())[1] === 503);
    expect(await states()).to.deep.equal([200, 503]);
    expect((await ask(app.url, "/readyz")).text).to.contain("store");
    store.isUp = true;
    await until("ready", async () => (await states())[1] === 200);
  });

  it("[W1] /metrics is Prometheus text, and / is a page", async () => {
    const metrics = await ask(app.url, "/metrics");
    expect(metrics.headers["content-type"]).to.match(/^text\/plain; version=0\.0\.4/);
    expect(metrics.text)
      .to.match(/^# HELP holdfast_participants /m)
      .and.match(/^# TYPE holdfast_participants gauge$/m);
    const page = await ask(app.url, "/");
    expect(page.headers["content-type"]).to.match(/^text\/html/);
    expect(page.text).to.match(/^<!doctype html>/i);
  });

  it("[W1] what is not there is 404 as JSON, and a path that cannot be read is 400: never a stack", async () => {
    for (const path of ["/nothing", "/__healthcheck", "/monitor/..%2f..", "/%"]) {
      const { status, text, headers } = await ask(app.url, path);
      expect(status, path).to.equal(404);
      expect(JSON.parse(text)).to.deep.equal({
        code: 404,
        error: "There is nothing here",
        reason: "not_found",
      });
      expect(headers).to.not.have.property("x-powered-by");
    }
    for (const path of ["/monitor/%", "/monitor/api/room/%E0%A4%A"]) {
      const { status, text } = await ask(app.url, path);
      expect(status, path).to.equal(400);
      expect(JSON.parse(text)).to.deep.equal({
        code: 400,
        error: "This path cannot be read",
        reason: "unreadable",
      });
    }
  });

  it("[W1] a body over 64 KB is 413 with a sentence, whatever the path, and with or without its length", async () => {
    const limit = 64 * 1024;
    const padded = (size: number) => {
      const text = JSON.stringify({ ...identity(), pad: "" });
      return text.replace('"pad":""', `"pad":"${"x".repeat(size - text.length)}"`);
    };
    const headers = { "content-type": "application/json" };
    const path = "/matchmake/joinOrCreate/event";
    for (const isChunked of [false, true]) {
      const fits = await ask(app.url, path, { method: "POST", headers, body: padded(limit), isChunked });
      expect(fits.status, `64 KB, chunked ${isChunked}`).to.equal(200);
      for (const body of [padded(limit + 1), padded(1_000_000), Buffer.alloc(30_000_000, 32)]) {
        const answer = await ask(app.url, path, { method: "POST", headers, body, isChunked });
        expect(refusedBy(answer)).to.deep.equal({
          code: 413,
          message: "The request body is larger than 65536 bytes",
        });
      }
    }
    for (const other of ["/healthz", "/monitor/api", "/matchmake/reconnect/nope", "/nothing"]) {
      const body = Buffer.alloc(limit + 1);
      expect((await ask(app.url, other, { method: "POST", body })).status, other).to.equal(413);
    }
    expect((await matchmake(app.url, identity())).status).to.equal(200);
  });

  it("[W1] a body that never comes holds nobody else up", async () => {
    const slow = connect(app.port, "127.0.0.1");
    slow.on("error", () => {});
    slow.write(
      "POST /matchmake/joinOrCreate/event HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
    );
    expect((await matchmake(app.url, identity())).status).to.equal(200);
    slow.resetAndDestroy();
    expect((await matchmake(app.url, identity())).status).to.equal(200);
  });
});

describe("a server that drains", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp();
  });
  after(() => app.close());

  it("[W1] lives, is not ready, and refuses joins and returns with 503 and a hint; who is in stays in", async () => {
    const me = identity();
    const phone = await Phone.join(app.url, me);
    app.drain();
    expect((await ask(app.url, "/healthz")).status).to.equal(200);
    const ready = await ask(app.url, "/readyz");
    expect(ready.status).to.equal(503);
    expect(JSON.parse(ready.text)).to.deep.equal({ status: "draining" });
    const { roomId, reconnectionToken } = phone.room;
    const token = reconnectionToken.split(":")[1];
    for (const answer of [
      await askToJoin(app.url, identity(me.event_id)),
      await askToJoin(app.url, identity()),
      await askToJoin(app.url, me),
      await askToJoin(app.url, { reconnectionToken: token }, {}, `/matchmake/reconnect/${roomId}`),
    ])
      expect(refusedBy(answer).message).to.match(/^The server is restarting; retry in \d+ ms$/);
    phone.room.send("heartbeat");
    await until("acknowledged", () => phone.heard.some(({ type }) => type === "heartbeat_ack"));
  });
});

/** Paths that a router might take for /api/room/call. */
const disguises = [
  "/api/room/call",
  "/api/room/call/",
  "//api/room/call",
  "//api//room/call",
  "/api//room//call",
  "/api/room%2fcall",
  "/api/room%2Fcall",
  "/api%2froom%2fcall",
  "/%61pi/room/call",
  "/api/room/c%61ll",
  "/API/ROOM/CALL",
  "/Api/Room/Call",
  "/api/./room/call",
  "/x/../api/room/call",
  "/api/room/call;x",
  "/api/room/call%20",
  "/api/room/call%00",
  "/api\\room\\call",
  "/%2561pi/room/call",
  "/monitor/api/room/call",
];

const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
});

describe("the monitor", () => {
  let app: TestApp;
  const entry = basic("admin", "open sesame: 123");
  before(async () => {
    app = await startApp({
      config: { monitorPassword: "open sesame: 123", gracePeriodMs: 60_000, trustProxy: 1 },
    });
  });
  after(() => app.close());

  it("[W2] opens for admin and the password, and for nothing else", async () => {
    const wrong: Record<string, string>[] = [
      {},
      basic("admin", "open sesame"),
      basic("root", "open sesame: 123"),
      basic("admin", ""),
      { authorization: "Basic" },
      { authorization: "Basic %%%" },
      { authorization: `Bearer ${entry.authorization.split(" ")[1]}` },
      { authorization: "open sesame: 123" },
    ];
    const paths = [
      "/monitor",
      "/monitor/",
      "/monitor/api",
      "/Monitor/api",
      "/monitor/api/room?roomId=x",
      "/monitor/index.html",
    ];
    for (const [i, path] of paths.entries()) {
      const from = { "x-forwarded-for": `203.0.113.${i}` }; // [H5] guesses of one address are limited
      for (const headers of wrong) {
        const {
          status,
          headers: answered,
          text,
        } = await ask(app.url, path, { headers: { ...headers, ...from } });
        expect(status, `${path} ${JSON.stringify(headers)}`).to.equal(401);
        expect(answered["www-authenticate"]).to.match(/^Basic realm=/);
        expect(text).to.not.contain("sesame");
      }
    }
    expect((await ask(app.url, "/monitor/", { headers: entry })).status).to.equal(200);
    expect(
      (
        await ask(app.url, "/monitor/api", {
          headers: { authorization: entry.authorization.replace("Basic", "basic") },
        })
      ).status,
    ).to.equal(200);
  });

  it("[W2] shows an event's id, and how many are connected, held and have left", async () => {
    const event = newEvent();
    const phones = await Promise.all(Array.from({ length: 4 }, () => Phone.join(app.url, identity(event))));
    phones[0]?.drop();
    phones[1]?.room.leave();
    const row = async () => {
      const { text } = await ask(app.url, "/monitor/api", { headers: entry });
      const { rooms } = JSON.parse(text) as { rooms: { metadata: Record<string, unknown> }[] };
      return rooms.find(({ metadata }) => metadata.event_id === event)?.metadata;
    };
    const expected = { event_id: event, connected: 2, held: 1, left: 1 };
    await until("the row", async () => {
      const shown = await row();
      return Object.entries(expected).every(([key, value]) => shown?.[key] === value);
    });
    const { columns } = JSON.parse((await ask(app.url, "/monitor/api", { headers: entry })).text) as {
      columns: unknown[];
    };
    for (const metadata of Object.keys(expected)) expect(columns).to.deep.include({ metadata });
  });

  it("[W2] looks at a room, but calls no method of it, by whatever path", async () => {
    const event = newEvent();
    const phone = await Phone.join(app.url, identity(event));
    const room = app.room(event);
    let calls = 0;
    Reflect.set(room as object, "disarm", () => {
      calls += 1;
    });
    const query = `?roomId=${room?.roomId}&method=disarm&args=%5B%5D`;
    for (const path of disguises) {
      for (const method of ["GET", "POST", "HEAD", "PUT", "DELETE"]) {
        const { status } = await ask(app.url, `/monitor${path}${query}`, { method, headers: entry });
        expect(status, `${method} ${path}`).to.be.oneOf([400, 403, 404]);
      }
    }
    for (const path of disguises) {
      const { status } = await ask(app.url, `/MONITOR${path}${query}`, { headers: entry });
      expect(status, path).to.be.oneOf([400, 403, 404]);
    }
    expect(calls).to.equal(0);
    expect(phone.closedWith).to.equal(undefined);
    const look = await ask(app.url, `/monitor/api/room?roomId=${room?.roomId}`, { headers: entry });
    expect(JSON.parse(look.text)).to.have.nested.property("state.event_id", event);
    Reflect.get(room as object, "disarm")();
    expect(calls, "the method could have been called").to.equal(1);
  });
});

describe("production", () => {
  const start = (env: Record<string, string>) => {
    const config: Config = loadConfig({ NODE_ENV: "production", AUTH_MODE: "open", ...env });
    return startApp({ config: { ...config, port: 0, host: "127.0.0.1", storeUrl: "memory:" } });
  };

  it("[W6] has no monitor without a password, and one with it", async () => {
    const without = await start({});
    for (const path of ["/monitor", "/monitor/", "/monitor/api", "/monitor/api/room/call"])
      expect((await ask(without.url, path)).status, path).to.equal(404);
    await without.close();
    const app = await start({ MONITOR_PASSWORD: "p" });
    expect((await ask(app.url, "/monitor/api")).status).to.equal(401);
    expect((await ask(app.url, "/monitor/api", { headers: basic("admin", "p") })).status).to.equal(200);
    await app.close();
  });

  it("[B172] has no demo", async () => {
    const app = await start({});
    for (const path of ["/demo", "/demo-phone", "/demo/server"])
      expect((await ask(app.url, path)).status, path).to.equal(404);
    expect((await ask(app.url, "/demo/kill", { method: "POST" })).status).to.equal(404);
    await app.close();
  });

  it("[W7] lets in its own origin only, unless told otherwise", async () => {
    const app = await start({});
    const own = await askToJoin(app.url, identity(), { origin: app.url });
    expect(own.headers["access-control-allow-origin"]).to.equal(app.url);
    const other = await askToJoin(app.url, identity(), { origin: "https://evil.example" });
    expect(other.headers).to.not.have.property("access-control-allow-origin");
    await app.close();
  });
});

describe("origins", () => {
  let app: TestApp;
  const allowed = "https://good.example";
  const foreign = [
    "https://evil.example",
    "http://good.example",
    "https://good.example.evil.example",
    "https://good.example:444",
    "null",
    "good.example",
    "%",
  ];
  before(async () => {
    app = await startApp({ config: { allowedOrigins: [allowed, "https://also.example:8443"] } });
  });
  after(() => app.close());

  const preflight = (origin: string, path = "/matchmake/joinOrCreate/event") =>
    ask(app.url, path, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
      },
    });

  it("[W7] an allowed origin, and the server's own, get CORS headers with credentials: preflight, answer and refusal", async () => {
    for (const origin of [allowed, "https://also.example:8443", app.url]) {
      const answers = [
        await preflight(origin),
        await askToJoin(app.url, identity(), { origin }),
        await askToJoin(app.url, {}, { origin }),
        await askToJoin(app.url, "{", { origin }),
        await askToJoin(app.url, {}, { origin }, "/matchmake/joinOrCreate/no%20such%20room"),
        await askToJoin(app.url, "x".repeat(70_000), { origin }),
      ];
      expect(answers.map(({ status }) => status)).to.deep.equal([204, 200, 400, 400, 400, 413]);
      for (const { headers, status } of answers) {
        expect(headers["access-control-allow-origin"], `${status}`).to.equal(origin);
        expect(headers["access-control-allow-credentials"]).to.equal("true");
        expect(headers.vary).to.match(/origin/i);
      }
      const allows = answers[0]?.headers["access-control-allow-headers"];
      expect(allows)
        .to.match(/content-type/i)
        .and.match(/authorization/i);
    }
  });

  it("[W7] other origins get none that would let their page read or send", async () => {
    for (const origin of foreign) {
      for (const answer of [
        await preflight(origin),
        await askToJoin(app.url, {}, { origin }),
        await askToJoin(app.url, "{", { origin }),
      ]) {
        expect(answer.headers, origin).to.not.have.any.keys(
          "access-control-allow-origin",
          "access-control-allow-credentials",
        );
      }
    }
  });

  it("[W7] a page of another origin cannot join by a request that needs no preflight", async () => {
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
    ]) {
      const me = identity();
      const answer = await askToJoin(app.url, me, { "content-type": type, origin: "https://evil.example" });
      expect(refusedBy(answer).code, type).to.equal(400);
      expect(app.room(me.event_id)).to.equal(undefined);
    }
  });

  it("[W7] nothing but matchmaking has CORS headers", async () => {
    for (const path of ["/metrics", "/monitor/api", "/readyz", "/"]) {
      const { headers } = await ask(app.url, path, { headers: { origin: allowed } });
      expect(headers, path).to.not.have.property("access-control-allow-origin");
    }
  });

  it("[W7] a WebSocket opens for allowed origins, for the own host, and for those without one", async () => {
    const me = identity();
    for (const origin of [allowed, app.url, undefined]) {
      const answer = await matchmake(app.url, me);
      const client = new RawClient(
        app.url,
        answer.reservation as never,
        origin === undefined ? {} : { origin },
      );
      await until(`JOIN_ROOM for ${origin}`, () => client.token !== undefined);
    }
    for (const origin of foreign) {
      const { reservation } = await matchmake(app.url, me);
      const socket = new WebSocket(
        `${app.url.replace("http", "ws")}/p/${reservation?.roomId}?sessionId=${reservation?.sessionId}`,
        { origin },
      );
      const outcome = await new Promise<string>((resolve) => {
        socket.on("open", () => resolve("open")).on("error", (error) => resolve(error.message));
      });
      expect(outcome, origin).to.equal("Unexpected server response: 403");
    }
    expect(app.room(me.event_id)?.participants.counts.connected).to.equal(1);
  });
});
