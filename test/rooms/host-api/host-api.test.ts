// What hosts ask over HTTP: every route, who may ask it, and what is refused, on a real server.
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { SignJWT } from "jose";
import { ask, askToJoin, type HttpAnswer } from "../../../harness/clients/http.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { startEmbedded } from "../../../harness/servers/embedded.ts";
import { EventRoom, eventRoom, type HoldfastOptions, holdfastOf } from "../../../src/holdfast.ts";
import { HostClient, type HostError } from "../../../src/host/index.ts";
import { callOf } from "../../../src/host-api/calls.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { until } from "../../../harness/wait.ts";
import { apiBodies, apiRoutes } from "../../../src/protocol/wire/api-routes.ts";
import { openApi } from "../../../scripts/wire/openapi.ts";
import { eventCodeAlphabet, type HostEventDetails } from "../../../src/protocol/event-details.ts";
import type { ApiSession, EventAnswer, EventListAnswer, Invitation } from "../../../src/protocol/host-api.ts";

type Json = Record<string, unknown>;
interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
  readonly headers: HttpAnswer["headers"];
}

/** What of an answer is not as it is published; undefined when all is. */
function faultOf(method: string, path: string, status: number, body: unknown): string | undefined {
  const inside = path.replace(/^\/events\/[^/]+/, "/events/{event_id}");
  const route = apiRoutes.find((each) => each.method === method && each.path === inside);
  const isDone = status < 300;
  if (isDone && !route?.statuses.includes(status as 200)) return `a status that is not published: ${status}`;
  const schema = apiBodies[isDone && route !== undefined ? route.answer : "refusal"];
  return schema.safeParse(body).error?.message;
}

describe("what hosts ask over HTTP", () => {
  let app: TestApp;
  let token: string;
  const api = async <Body = Json>(
    method: string,
    path: string,
    {
      by = token,
      body,
      headers = {},
    }: { by?: string; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer<Body>> => {
    const answer = await ask(app.url, `/api/v1${path}`, {
      method,
      headers: {
        ...(by === "" ? {} : { authorization: `Bearer ${by}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const { status, headers: sent } = answer;
    const given = JSON.parse(answer.text || "null") as Body;
    expect(faultOf(method, path, status, given), `[W72] ${method} ${path}`).to.equal(undefined);
    return { status, body: given, headers: sent };
  };
  const why = ({ status, body }: Answer<unknown>) =>
    `${status} ${(body as { reason?: string }).reason ?? ""}`;
  const sessionFor = async (code: string) => api<ApiSession>("POST", "/session", { by: "", body: { code } });
  const create = async (body: Json = {}) => (await api<EventAnswer>("POST", "/events", { body })).body.event;

  before(async () => {
    app = await startApp({ config: { maxParticipants: 50, eventRetentionMs: 60_000 } });
    token = (await sessionFor(app.newHostCode() as string)).body.host_token;
  });
  after(() => app.close());

  it("[W66] a code is spent for a token; an invitation makes another host, of one event or of all", async () => {
    const code = app.newHostCode() as string;
    const session = await sessionFor(code);
    expect(session.body.event_id).to.equal("*");
    expect(why(await sessionFor(code))).to.equal("401 bad_token");
    const [mine, other] = [await create(), await create()];
    const invited = await api<Invitation>("POST", "/invitations", { body: { event_id: mine.event_id } });
    expect(invited.body.expires_at).to.be.greaterThan(mine.created_at);
    const { body: coHost } = await sessionFor(invited.body.code);
    expect(coHost.event_id).to.equal(mine.event_id);
    const by = coHost.host_token;
    expect((await api("GET", `/events/${mine.event_id}`, { by })).status).to.equal(200);
    const forOther: [string, string, unknown][] = [
      ["GET", `/events/${other.event_id}`, undefined],
      ["PATCH", `/events/${other.event_id}`, { title: "x" }],
      ["DELETE", `/events/${other.event_id}`, undefined],
      ["POST", "/events", {}],
      ["POST", "/events", { event_id: "another" }],
      ["POST", "/invitations", { event_id: other.event_id }],
      ["POST", "/invitations", { event_id: "*" }],
    ];
    for (const [method, path, body] of forOther)
      expect(why(await api(method, path, { by, ...(body === undefined ? {} : { body }) })), path).to.equal(
        "403 wrong_event",
      );
    const listed = await api<EventListAnswer>("GET", "/events", { by });
    await until("it is listed", async () =>
      (await api<EventListAnswer>("GET", "/events", { by })).body.events.some(
        ({ event_id }) => event_id === mine.event_id,
      ),
    );
    expect(listed.body.events.every(({ event_id }) => event_id === mine.event_id)).to.equal(true);
    const further = await api<Invitation>("POST", "/invitations", { by });
    expect((await sessionFor(further.body.code)).body.event_id, "what it is for itself").to.equal(
      mine.event_id,
    );
    const watching = { ...identity(mine.event_id), role: "observer", session_token: by };
    const headers = { "x-forwarded-for": "198.51.100.7" }; // not from this machine
    expect((await askToJoin(app.url, watching, headers)).status).to.equal(200);
    const elsewhere = { ...watching, event_id: other.event_id };
    expect((await askToJoin(app.url, elsewhere, headers)).status).to.equal(403);
  });

  it("[W67] makes an event under a fresh code, stored, with what was said of it, before anybody joins", async () => {
    const said = { title: "Friday quiz", capacity: 2, grace_period_ms: 5000, who_may_join: "listed" };
    const made = await api<EventAnswer>("POST", "/events", { body: { ...said, expected_names: ["Ann"] } });
    expect(made.status).to.equal(201);
    const { event } = made.body;
    expect(event).to.include({ ...said, type: "event", is_locked: false, connected: 0, is_closed: false });
    expect(event.expected_names).to.deep.equal(["Ann"]);
    expect(event.event_id).to.match(new RegExp(`^[${eventCodeAlphabet}]{6}$`));
    const join = { ...identity(event.event_id), must_exist: true };
    expect((await askToJoin(app.url, { ...join, display_name: "Bob" })).status).to.equal(403);
    await Phone.join(app.url, { ...join, display_name: "ANN" });
    const read = await api<EventAnswer>("GET", `/events/${event.event_id}`);
    expect(read.body.event).to.deep.equal({ ...event, connected: 1 });
    await until("it is listed with its title", async () => {
      const { body } = await api<EventListAnswer>("GET", "/events");
      const mine = body.events.find(({ event_id }) => event_id === event.event_id);
      return mine?.title === "Friday quiz" && mine.capacity === 2 && mine.connected === 1;
    });
  });

  it("[W67] an event of a given name is made once; again it stays as it is", async () => {
    const event_id = newEvent();
    const first = await api<EventAnswer>("POST", "/events", { body: { event_id, title: "One" } });
    const again = await api<EventAnswer>("POST", "/events", { body: { event_id, title: "Two" } });
    expect([first.status, again.status, again.body.event.title]).to.deep.equal([201, 200, "One"]);
  });

  it("[W68] changes what is given, and leaves the rest; the answer is what is stored", async () => {
    const { event_id } = await create({ title: "Before", capacity: 7 });
    const path = `/events/${event_id}`;
    const changed = await api<EventAnswer>("PATCH", path, { body: { title: "After", is_locked: true } });
    expect(changed.status).to.equal(200);
    expect(changed.body.event).to.include({ title: "After", capacity: 7, is_locked: true });
    expect((await askToJoin(app.url, identity(event_id))).status).to.equal(409);
    const names = Array.from(
      { length: 2000 },
      (_, i) => `${String(i).padStart(4, "0")}${"\u{1F389}".repeat(60)}`,
    );
    const long = await api<EventAnswer>("PATCH", path, { body: { expected_names: names } });
    expect(long.body.event.expected_names).to.have.length(2000);
  });

  it("[W68] closes an event for everyone; the same again, and after that it cannot be changed", async () => {
    const { event_id } = await create();
    const phone = await Phone.join(app.url, identity(event_id));
    const path = `/events/${event_id}`;
    for (let i = 0; i < 2; i++) {
      const closed = await api<EventAnswer>("DELETE", path);
      expect(closed.status).to.equal(200);
      expect(closed.body.event.is_closed).to.equal(true);
    }
    await until("the phone knows", () => phone.closedWith === 4502);
    expect(why(await api("PATCH", path, { body: { title: "x" } }))).to.equal("410 closed");
    expect(why(await api("POST", "/events", { body: { event_id } }))).to.equal("410 closed");
  });

  it("[W69] what cannot be is refused with a code and a sentence, and nothing is done", async () => {
    const { event_id } = await create({ title: "Stays" });
    const path = `/events/${event_id}`;
    const deep = "[".repeat(10_000) + "]".repeat(10_000);
    const wrong: [string, string, unknown, string][] = [
      ["PATCH", path, { title: "x".repeat(121) }, "400 invalid_field"],
      ["PATCH", path, { title: "a\nb" }, "400 invalid_field"],
      ["PATCH", path, { title: null }, "400 invalid_field"],
      ["PATCH", path, { capacity: 51 }, "400 invalid_field"],
      ["PATCH", path, { capacity: 0 }, "400 invalid_field"],
      ["PATCH", path, { capacity: 1.5 }, "400 invalid_field"],
      ["PATCH", path, { grace_period_ms: 99 }, "400 invalid_field"],
      ["PATCH", path, { grace_period_ms: 86_400_001 }, "400 invalid_field"],
      ["PATCH", path, { who_may_join: "friends" }, "400 invalid_field"],
      ["PATCH", path, { is_locked: "yes" }, "400 invalid_field"],
      ["PATCH", path, { expected_names: Array(2001).fill("a") }, "400 invalid_field"],
      ["PATCH", path, { expected_names: ["x".repeat(65)] }, "400 invalid_field"],
      ["PATCH", path, [], "400 unreadable"],
      ["PATCH", path, "{", "400 unreadable"],
      ["PATCH", path, `"${"x".repeat(1024 * 1024)}"`, "413 too_large"],
      ["PATCH", "/events/none-of-these", { title: "x" }, "404 no_such_event"],
      ["DELETE", "/events/none-of-these", undefined, "404 no_such_event"],
      ["GET", "/events/%ff", undefined, "400 unreadable"],
      ["GET", `/events/${"x".repeat(129)}`, undefined, "400 invalid_field"],
      ["POST", "/events", { type: "no" }, "400 invalid_field"],
      ["POST", "/events", { event_id: "" }, "400 invalid_field"],
      ["POST", "/events", { options: "x".repeat(16_384) }, "400 invalid_field"],
      ["POST", "/events", `{"options":${deep}}`, "400 invalid_field"],
      ["POST", `${path}/actions`, `{"action":"kick","device_ids":${deep}}`, "400 invalid_field"],
      ["POST", "/session", `{"code":${deep}}`, "413 too_large"],
      ["POST", "/session", {}, "400 missing_field"],
      ["POST", "/session", { code: 7 }, "400 invalid_field"],
      ["PUT", path, {}, "404 not_found"],
      ["GET", "/events/a/b", undefined, "404 not_found"],
      ["GET", "/toString", undefined, "404 not_found"],
      ["GET", "", undefined, "404 not_found"],
    ];
    for (const [method, at, body, expected] of wrong) {
      const answer = await api<{ error: string }>(method, at, body === undefined ? {} : { body });
      expect(why(answer), `${method} ${at} ${JSON.stringify(body)?.slice(0, 60)}`).to.equal(expected);
      expect(answer.body.error).to.match(/^[A-Z].{5,300}$/);
    }
    const text = { "content-type": "text/plain" };
    expect(why(await api("PATCH", path, { body: "{}", headers: text }))).to.equal("400 wrong_content_type");
    const { body } = await api<EventAnswer>("GET", path);
    expect((body.event as HostEventDetails).title).to.equal("Stays");
  });

  it("[W69] nobody but a host asks, and nothing is read of who is none", async () => {
    for (const by of ["", "x", `${token}x`, token.slice(1)])
      for (const [method, path] of [
        ["GET", "/events"],
        ["POST", "/events"],
        ["POST", "/invitations"],
        ["GET", "/events/a"],
      ] as const)
        expect(why(await api(method, path, { by, body: "no JSON" })), path).to.equal("401 bad_token");
  });

  it("[W70] what a page may know of the server anybody may ask, and keep for a minute", async () => {
    const { body, headers } = await api("GET", "/server", { by: "" });
    expect(body).to.deep.include({
      open_play: false,
      host_codes: true,
      max_capacity: 50,
      grace_period_ms: 1000,
    });
    expect(headers["cache-control"]).to.equal("public, max-age=60");
    expect((await api("GET", "/events")).headers["cache-control"]).to.equal("no-store");
  });

  it("[W71] pages of other origins may ask it, as far as ALLOWED_ORIGINS lets them", async () => {
    const origin = "https://hosts.example";
    const preflight = await ask(app.url, "/api/v1/events/a", { method: "OPTIONS", headers: { origin } });
    expect(preflight.status).to.equal(204);
    expect(preflight.headers["access-control-allow-origin"]).to.equal(origin);
    expect(preflight.headers["access-control-allow-methods"]).to.include("PATCH");
    for (const by of [token, ""]) {
      const { headers } = await api("GET", "/events", { by, headers: { origin } });
      expect(headers["access-control-allow-origin"]).to.equal(origin);
    }
  });

  it("[W68] acts on people as over a host's own connection", async () => {
    const { event_id } = await create();
    const who = identity(event_id);
    const phone = await Phone.join(app.url, who);
    const act = (body: Json) => api("POST", `/events/${event_id}/actions`, { body });
    expect((await act({ action: "kick", device_id: who.device_id })).body).to.deep.equal({ done: true });
    await until("the phone knows", () => phone.closedWith === 4500);
    expect((await act({ action: "readmit", to: "all" })).body).to.deep.equal({
      done: true,
      done_for: [who.device_id],
    });
    expect(why(await act({ action: "kick" }))).to.equal("400 invalid_field");
    expect(why(await act({ action: "change", capacity: 51 }))).to.equal("400 invalid_field");
    await act({ action: "close_event" });
    expect(why(await act({ action: "lock" }))).to.equal("410 closed");
  });

  it("[W72] is published as an OpenAPI document that is made from the validators", () => {
    const file = new URL("../../../docs/http-api.json", import.meta.url);
    const published = JSON.parse(readFileSync(file, "utf8")) as { paths: Record<string, object> };
    expect(published).to.deep.equal(JSON.parse(JSON.stringify(openApi())));
    for (const { path, method } of apiRoutes) {
      expect(published.paths[path], path).to.have.property(method.toLowerCase());
      const at = `/api/v1${path.replace("{event_id}", "a")}`;
      expect(callOf(method, at), `${method} ${path} is served`).to.have.property("operation");
    }
  });
});

describe("what hosts ask over HTTP, of other servers", () => {
  it("[W71] of one that somebody has put events into, behind its own routes and its express app's, with a body that is read already", async () => {
    const theirs: NonNullable<HoldfastOptions["express"]> = async (app) => {
      const { default: express } = await import("express");
      app.use(express.json());
      app.get("/api/v1/server", (_, response) => void response.json({ theirs: true }));
      app.get("/api/v1/others", (_, response) => void response.json({ theirs: true }));
    };
    for (const express of [undefined, theirs]) {
      const options = { rooms: { event: eventRoom(EventRoom) }, ...(express ? { express } : {}) };
      const server = await startEmbedded(options);
      try {
        const host = new HostClient({ url: server.url });
        await host.signIn(holdfastOf(server.server).newHostCode() as string);
        const { event_id } = await host.create({ title: "x".repeat(120) });
        expect(await host.change(event_id, { capacity: 3 })).to.include({
          capacity: 3,
          title: "x".repeat(120),
        });
        const body = `{"options":${"[".repeat(40_000)}${"]".repeat(40_000)}}`;
        const headers = { "content-type": "application/json", authorization: `Bearer ${host.token}` };
        const answer = await ask(server.url, "/api/v1/events", { method: "POST", headers, body });
        expect(answer.status, "[W110] what cannot be written out again").to.equal(400);
        const at = async (path: string) => (await ask(server.url, path)).text;
        if (express !== undefined) expect(await at("/api/v1/server")).to.equal('{"theirs":true}');
        else expect(JSON.parse(await at("/api/v1/server"))).to.have.property("protocol_version");
        if (express !== undefined) expect(await at("/api/v1/others")).to.equal('{"theirs":true}');
      } finally {
        await server.close();
      }
    }
  });

  it("[W66] [W70] in token mode hosts have tokens of their own, for their event alone or for all", async () => {
    const sessionSecret = "x".repeat(32);
    const app = await startApp({ config: { authMode: "token", sessionSecret, openPlay: "on" } });
    try {
      const tokenFor = (event_id: string, role: string) => {
        const claims = { sub: "h", event_id, device_id: "d", role };
        return new SignJWT(claims)
          .setProtectedHeader({ alg: "HS256" })
          .setExpirationTime("1h")
          .sign(Buffer.from(sessionSecret));
      };
      const host = new HostClient({ url: app.url, token: await tokenFor("mine", "host") });
      expect(await host.server()).to.include({ host_codes: false, open_play: true });
      expect((await host.create({ event_id: "mine" })).event_id).to.equal("mine");
      const refused = async (asked: Promise<unknown>) =>
        asked.then(
          () => "done",
          (error: HostError) => error.reason,
        );
      expect(await refused(host.create())).to.equal("wrong_event");
      expect(await refused(host.invite())).to.equal("not_allowed");
      host.token = await tokenFor("mine", "participant");
      expect(await refused(host.event("mine"))).to.equal("not_allowed");
      host.token = await tokenFor("*", "host");
      expect((await host.create()).event_id).to.have.length(6);
    } finally {
      await app.close();
    }
  });
});
