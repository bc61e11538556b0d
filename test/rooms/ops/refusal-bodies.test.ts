// Every HTTP answer that refuses has one form: a code, a reason of the closed list, a sentence, and when to ask again.
import { connect } from "node:net";
import { expect } from "chai";
import { asRefusal } from "../../../src/admission/refusals.ts";
import { asServerError, withoutServerError } from "../../../src/rooms/framework/server-errors.ts";
import { Refusal, type RefusalBody, refusalReasons, retryLater } from "../../../src/protocol/refusal.ts";
import { closeCodes } from "../../../src/protocol/close-codes.ts";
import type { EventRoom } from "../../../src/rooms/EventRoom.ts";
import { CommitQueue } from "../../../src/store/commit-queue.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { ask, askToJoin, type HttpAnswer, type HttpQuestion } from "../../../harness/clients/http.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { until } from "../../../harness/wait.ts";

type Expected = Pick<RefusalBody, "code" | "reason" | "retry_after_ms">;

/** What a refusal's body says, without its sentence, which must be one. */
function bodyOf({ status, text, headers }: HttpAnswer): Expected {
  const { error, ...rest } = JSON.parse(text) as RefusalBody;
  expect(headers["content-type"]).to.match(/^application\/json/);
  expect(rest.code).to.equal(status);
  expect(error).to.match(/^[A-Z].{5,}/);
  const hint = /retry in (\d+) ms/.exec(error)?.[1];
  expect(rest.retry_after_ms, "the sentence and the field agree").to.equal(
    hint === undefined ? undefined : Number(hint),
  );
  return rest;
}

/** Asks for a WebSocket, and reads the answer as if it were one to a request. */
function askForSocket(port: number, path: string, headers: Record<string, string> = {}): Promise<HttpAnswer> {
  const lines = {
    Host: `127.0.0.1:${port}`,
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    ...headers,
  };
  const socket = connect(port, "127.0.0.1");
  let text = "";
  socket.on("data", (data: Buffer) => (text += data.toString()));
  const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET ${path} HTTP/1.1\r\n${head.join("")}\r\n`);
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.setTimeout(5000, () => reject(new Error(`no answer in 5 s, but ${text}`)));
    socket.once("close", () => {
      socket.destroy();
      const [answer = "", body = ""] = text.split("\r\n\r\n");
      const [first = "", ...rest] = answer.split("\r\n");
      const pairs = rest.map((line) => line.split(": ") as [string, string]);
      const named = Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), value]));
      resolve({ status: Number(first.split(" ")[1]), headers: named, text: body });
    });
  });
}

describe("refusals over HTTP", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp({
      config: { maxParticipants: 1, maxEvents: 8, allowedOrigins: [], monitorPassword: "m" },
    });
  });
  after(() => app.close());

  it("[J20] a join that is refused says why in a word of the closed list", async () => {
    const who = identity();
    const cases: [string, unknown, Expected, Record<string, string>?][] = [
      ["no ids", {}, { code: 400, reason: "missing_field" }],
      ["null", { ...who, device_id: null }, { code: 400, reason: "missing_field" }],
      ["no device", { event_id: "e", session_token: "t" }, { code: 400, reason: "missing_field" }],
      ["no token", { event_id: "e", device_id: "d" }, { code: 400, reason: "missing_field" }],
      ["a number", { ...who, device_id: 7 }, { code: 400, reason: "invalid_field" }],
      ["a control", { ...who, event_id: "a\u0000" }, { code: 400, reason: "invalid_field" }],
      ["a bad role", { ...who, role: "king" }, { code: 400, reason: "invalid_field" }],
      ["not JSON", "{", { code: 400, reason: "unreadable" }],
      ["too large", { ...who, x: "x".repeat(70_000) }, { code: 413, reason: "too_large" }],
    ];
    for (const [what, options, expected] of cases)
      expect(bodyOf(await askToJoin(app.url, options)), what).to.deep.equal(expected);
    const long = await askToJoin(
      app.url,
      { event_id: "e", device_id: "d" },
      { authorization: `Bearer ${"t".repeat(5000)}` },
    );
    expect(bodyOf(long)).to.deep.equal({ code: 400, reason: "invalid_field" });
  });

  it("[J20] seats: a wrong proof, too many of them, a full event, a kick, a closed event", async () => {
    const mine = identity();
    const phone = await Phone.join(app.url, mine);
    const join = async (options: object) => bodyOf(await askToJoin(app.url, { ...mine, ...options }));
    expect(await join({ user_id: "another" })).to.deep.equal({ code: 403, reason: "wrong_user" });
    for (let i = 0; i < 4; i++)
      expect(await join({ session_token: "guess" })).to.deep.equal({ code: 401, reason: "bad_token" });
    expect(await join({ session_token: "guess" })).to.deep.equal({
      code: 429,
      reason: "too_many",
      retry_after_ms: 60_000,
    });
    expect(await join({ device_id: "other" })).to.deep.equal({ code: 409, reason: "full" });
    const room = app.room(mine.event_id) as EventRoom;
    room.participants.kick(mine.device_id);
    await until("closed", () => phone.closedWith === closeCodes.kicked.code);
    expect(await join({})).to.deep.equal({ code: 403, reason: "kicked" });
    await room.closeEvent();
    expect(await join({})).to.deep.equal({ code: 410, reason: "closed" });
    expect(await join({ role: "observer" })).to.deep.equal({ code: 410, reason: "closed" });
  });

  it("[J20] reconnecting, and methods that are none", async () => {
    const post = async (path: string, body: unknown) => bodyOf(await askToJoin(app.url, body, {}, path));
    const way = "/matchmake/reconnect/ev-nowhere";
    expect(await post(way, {})).to.deep.equal({ code: 400, reason: "missing_field" });
    expect(await post(way, { reconnectionToken: "x" })).to.deep.equal({ code: 401, reason: "seat_gone" });
    const none = { code: 400, reason: "no_such_method" };
    for (const path of ["/matchmake/create/event", "/matchmake/joinOrCreate/other", "/matchmake/x"])
      expect(await post(path, identity()), path).to.deep.equal(none);
  });

  it("[J20] what is not a join: nothing there, the monitor, a host's routes, unreadable requests", async () => {
    const cases: [string, HttpQuestion, Expected][] = [
      ["/nothing", {}, { code: 404, reason: "not_found" }],
      ["/matchmake/x", {}, { code: 404, reason: "not_found" }],
      ["/monitor", {}, { code: 401, reason: "bad_token" }],
      ["/host/events", {}, { code: 401, reason: "bad_token" }],
      ["/host/events", { headers: { authorization: "Bearer x" } }, { code: 401, reason: "bad_token" }],
      ["/host/session", { method: "POST" }, { code: 401, reason: "bad_token" }],
      [
        "/host/session",
        { method: "POST", body: "{", headers: { "content-type": "application/json" } },
        { code: 400, reason: "unreadable" },
      ],
      ["/", { method: "POST", body: "x".repeat(70_000) }, { code: 413, reason: "too_large" }],
    ];
    const admin = { authorization: `Basic ${Buffer.from("admin:m").toString("base64")}` };
    cases.push(["/monitor/api/room/call?roomId=x", { headers: admin }, { code: 403, reason: "not_allowed" }]);
    for (const [path, question, expected] of cases)
      expect(bodyOf(await ask(app.url, path, question)), path).to.deep.equal(expected);
  });

  it("[J20] a WebSocket that is refused before it is one has the same body", async () => {
    const path = "/p1/ev-x?sessionId=s";
    const foreign = await askForSocket(app.port, path, { Origin: "https://elsewhere.example" });
    expect(bodyOf(foreign)).to.deep.equal({ code: 403, reason: "wrong_origin" });
    const odd = await askForSocket(app.port, "/p/__proto__?sessionId=s");
    expect(bodyOf(odd)).to.deep.equal({ code: 400, reason: "unreadable" });
    const noKey = await askForSocket(app.port, path, { "Sec-WebSocket-Key": "x" });
    expect(bodyOf(noKey)).to.deep.equal({ code: 400, reason: "unreadable" });
  });

  it("[J20] what passes through the framework keeps its reason; what is unexpected says `unavailable`", () => {
    const mine = retryLater("The event is being closed", 700, "moving");
    expect(withoutServerError(asServerError(mine))).to.equal(mine);
    const unexpected: unknown[] = [];
    const reports = { reportError: (_where: string, error: unknown) => unexpected.push(error) };
    expect(asRefusal(mine, reports, "join")).to.equal(mine);
    const { body } = asRefusal(new Error("secret"), reports, "join");
    expect(body).to.deep.include({ code: 503, reason: "unavailable", retry_after_ms: 1000 });
    expect(unexpected).to.have.length(1);
    expect(new Refusal(403, "Members only").body).to.deep.equal({
      code: 403,
      error: "Members only",
      reason: "refused",
    });
    const reasons = [...new Set(refusalReasons)];
    expect(reasons).to.deep.equal([...refusalReasons]);
    for (const { reason } of Object.values(closeCodes)) expect(reason).to.match(/^[a-z_]+$/);
    for (const reason of reasons) expect(reason).to.match(/^[a-z_]+$/);
  });
});

describe("a server that cannot take joins just now", () => {
  it("[J20] a full server, a suspended one and one that drains say which of it, also to a socket", async () => {
    const app = await startApp({ config: { maxEvents: 1 } });
    const mine = identity();
    const phone = await Phone.join(app.url, mine);
    const [roomId = "", token = ""] = phone.room.reconnectionToken.split(":");
    const socketPath = `/p1/${roomId}?sessionId=${phone.room.sessionId}&reconnectionToken=${token}`;
    const full = bodyOf(await askToJoin(app.url, identity(newEvent())));
    expect(full).to.deep.equal({ code: 503, reason: "too_many_events", retry_after_ms: 10_000 });
    const state = Object.getOwnPropertyDescriptor(CommitQueue.prototype, "state");
    Object.defineProperty(CommitQueue.prototype, "state", { get: () => "suspended", configurable: true });
    const suspended = [await askToJoin(app.url, mine), await askForSocket(app.port, socketPath)].map(bodyOf);
    Object.defineProperty(CommitQueue.prototype, "state", state as PropertyDescriptor);
    const later = { code: 503, retry_after_ms: 1000 };
    expect(suspended).to.deep.equal(Array(2).fill({ ...later, reason: "suspended" }));
    app.drain();
    const draining = [await askToJoin(app.url, mine), await askForSocket(app.port, socketPath)].map(bodyOf);
    expect(draining).to.deep.equal(Array(2).fill({ ...later, reason: "draining" }));
    await app.close();
  });
});
