// Tokens of an ordinary identity provider, which name a user and no seat; and a provider of the author's own.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { joinEvent } from "../../../src/client/index.ts";
import {
  type Client,
  createApp,
  EventRoom,
  type IdentityRequest,
  Refusal,
  userTokens,
} from "../../../src/holdfast.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { askToJoin, refused } from "../../../harness/clients/http.ts";
import { newEvent, Phone } from "../../../harness/clients/phone.ts";
import { until } from "../../../harness/wait.ts";

const issuer = "https://id.example.com/";
const audience = "quiz";
const nowS = () => Math.floor(Date.now() / 1000);

class AskedRoom extends EventRoom {
  override messages = { who: (client: Client) => client.auth };
}
const refusalOf = async ({ url }: TestApp, join: object) =>
  JSON.parse((await askToJoin(url, join)).text) as object;
const authOf = (phone: Phone) => phone.room.request("who");

describe("tokens that name a user", () => {
  let app: TestApp;
  let keys: Server;
  let sign: (payload?: JWTPayload, key?: CryptoKey) => Promise<string>;
  let strangersKey: CryptoKey;
  before(async () => {
    const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
    strangersKey = (await generateKeyPair("RS256")).privateKey;
    const body = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: "k", alg: "RS256" }] });
    keys = createServer((_request, response) => response.end(body));
    await new Promise<void>((resolve) => keys.listen(0, "127.0.0.1", resolve));
    const { port } = keys.address() as AddressInfo;
    sign = (payload = {}, key = privateKey) =>
      new SignJWT({ iss: issuer, aud: [audience, "others"], sub: "ann", exp: nowS() + 600, ...payload })
        .setProtectedHeader({ alg: "RS256", kid: "k" })
        .sign(key);
    app = await startApp({
      room: AskedRoom,
      config: {
        authMode: "user",
        sessionJwksUrl: `http://127.0.0.1:${port}/jwks`,
        sessionIssuer: issuer,
        sessionAudience: audience,
        sessionRoleClaim: "realm_access.roles",
        sessionClaims: "team,https://quiz.example/plan,profile.level,absent",
        gracePeriodMs: 60_000,
      },
    });
  });
  after(async () => {
    await app.close();
    keys.close();
  });
  const joinAs = async (event_id: string, device_id: string, payload: JWTPayload = {}) =>
    Phone.join(app.url, { event_id, device_id, session_token: await sign(payload) });

  it("[A24] one token joins any event, and two devices of one user are two seats", async () => {
    const event = newEvent();
    const phone = await joinAs(event, "phone");
    await joinAs(event, "tablet");
    await until("both", () => phone.participants()?.size === 2);
    for (const device of ["phone", "tablet"]) expect(phone.sees(device)).to.include({ user_id: "ann" });
    await joinAs(newEvent(), "phone");
    phone.drop();
    const back = await joinAs(event, "phone");
    await back.hears("participant_reconnected", "phone");
  });

  it("[A24] another user returns to none of them, and says so of nobody", async () => {
    const event = newEvent();
    const phone = await joinAs(event, "phone");
    expect(await refused(joinAs(event, "phone", { sub: "bob" }))).to.deep.equal({
      code: 403,
      message: "This seat belongs to another user_id",
    });
    const session_token = await sign();
    const asBob = Phone.join(app.url, { event_id: event, device_id: "x", session_token, user_id: "bob" });
    expect(await refused(asBob)).to.include({ code: 403 });
    expect(phone.closedWith).to.equal(undefined);
  });

  it("[A24] a token of another issuer, for another application, of another key, or without an end is 401", async () => {
    const wrong: [Promise<string>, RegExp][] = [
      [sign({ iss: "https://evil.example/" }), /iss is not the one/],
      [sign({ aud: "another application" }), /aud is not the one/],
      [sign({ aud: undefined as never }), /aud/],
      [sign({}, strangersKey), /not signed by a key that this server trusts/],
      [sign({ exp: undefined as never }), /cannot be read/],
      [sign({ sub: undefined as never }), /subject is not a user_id/],
    ];
    for (const [index, [token, why]] of wrong.entries()) {
      const session_token = await token;
      const answer = await refused(
        Phone.join(app.url, { event_id: newEvent(), device_id: `w${index}`, session_token }),
      );
      expect(answer.code, answer.message).to.equal(401);
      expect(answer.message).to.match(why);
    }
  });

  it("[A24] an expired one is asked for again: our client brings a new one, and gets in", async () => {
    const eventId = newEvent();
    const expired = await refusalOf(app, {
      event_id: eventId,
      device_id: "other",
      session_token: await sign({ exp: nowS() - 60 }),
    });
    expect(expired).to.include({ code: 401, reason: "bad_token", error: "The session token has expired" });
    let asked = 0;
    const session = joinEvent({
      url: app.url,
      eventId,
      deviceId: "phone",
      sessionToken: () => sign({ exp: nowS() + ((asked += 1) === 1 ? -60 : 600) }),
    });
    await until("it is in", () => session.status === "connected");
    expect(asked).to.equal(2);
    await session.leave();
  });

  it("[A24] claims are those that are named, by name or by path; a role comes from a list of roles", async () => {
    const event = newEvent();
    const payload = {
      team: "red",
      "https://quiz.example/plan": "gold",
      profile: { level: 3, email: "ann@example.com" },
      email: "ann@example.com",
    };
    const { claims } = (await authOf(await joinAs(event, "phone", payload))) as { claims: unknown };
    expect(claims).to.deep.equal({ team: "red", "https://quiz.example/plan": "gold", "profile.level": 3 });
    const watch = async (...roles: string[]) => {
      const session_token = await sign({ realm_access: { roles } });
      return Phone.join(app.url, { event_id: event, role: "observer", session_token });
    };
    expect(await authOf(await watch("editor", "host"))).to.include({ role: "host", userId: "ann" });
    expect(await authOf(await watch("observer"))).to.include({ role: "observer", userId: "ann" });
    expect(await refused(watch("editor"))).to.include({ code: 403 });
    const onlyWatching = joinAs(event, "tv", { realm_access: { roles: ["observer"] } });
    expect(await refused(onlyWatching)).to.include({ code: 403 });
    await joinAs(event, "desk", { realm_access: { roles: ["host"] } });
  });

  it("[A24] a host's token is good for the dashboard, and nobody else's", async () => {
    const ask = async (roles: string[]) => {
      const authorization = `Bearer ${await sign({ realm_access: { roles } })}`;
      return (await fetch(`${app.url}/host/events`, { headers: { authorization } })).status;
    };
    expect(await ask(["host"])).to.equal(200);
    expect(await ask(["observer"])).to.equal(403);
  });
});

describe("an identity provider of the author's own", () => {
  let app: TestApp;
  const asked: { options: unknown; cookie: string | null }[] = [];
  const identity = {
    async verify({ token, options, headers, deviceId }: IdentityRequest) {
      asked.push({ options, cookie: headers.get("cookie") });
      if (token === "stranger") throw new Refusal(403, "Only for members", { reason: "not_allowed" });
      if (token === "broken") throw new Error(`the database says ${token} is no good`);
      return token === undefined
        ? { seatKey: `guest ${deviceId}` }
        : { userId: token, claims: { isMember: true } };
    },
  };
  before(async () => {
    app = await startApp({ room: AskedRoom, identity });
  });
  after(() => app.close());

  it("[A23] says who somebody is, by options and headers, too, and needs no token", async () => {
    expect(app.config.authMode).to.equal("custom");
    expect(app.newHostCode()).to.equal(undefined);
    const event_id = newEvent();
    const member = { event_id, device_id: "phone", session_token: "ann", room: 5 };
    const phone = await Phone.join(app.url, member);
    expect(asked.at(-1)?.options).to.deep.equal({ room: 5 });
    expect(await authOf(phone))
      .to.include({ userId: "ann" })
      .and.have.property("claims")
      .deep.equal({ isMember: true });
    const guest = await Phone.join(app.url, { event_id, device_id: "guest" });
    expect(await authOf(guest)).to.deep.include({ userId: "guest", claims: {} });
    const response = await fetch(`${app.url}/matchmake/joinOrCreate/event`, {
      method: "POST",
      headers: { "content-type": "application/json", cookie: "session=1" },
      body: JSON.stringify({ event_id, device_id: "web" }),
    });
    expect(response.status).to.equal(200);
    expect(asked.at(-1)?.cookie).to.equal("session=1");
  });

  it("[A23] [A7] its refusals reach the client with code and reason, its errors nobody", async () => {
    const join = { event_id: newEvent(), device_id: "phone" };
    expect(await refusalOf(app, { ...join, session_token: "stranger" })).to.deep.include({
      code: 403,
      error: "Only for members",
      reason: "not_allowed",
    });
    const failed = await refusalOf(app, { ...join, session_token: "broken" });
    expect(failed).to.deep.include({
      code: 503,
      error: "Who you are cannot be checked just now; retry in 1000 ms",
    });
    const line = app.lines.find(({ where }) => where === "identity");
    expect(line).to.include({ level: 50, event_id: join.event_id });
    expect(JSON.stringify(line)).to.contain("the database says").and.not.contain("broken");
  });

  it("[A24] without an issuer or an audience there is no such provider, whatever the environment holds", () => {
    const options = { secret: "s".repeat(32), issuer: "https://id.example", audience: "quiz" };
    for (const name of ["issuer", "audience"])
      for (const nothing of [undefined, ""])
        expect(() => userTokens({ ...options, [name]: nothing })).to.throw(TypeError, `${name} is missing`);
  });

  it("[A23] what is no provider is refused at the start, and so is AUTH_MODE=custom without one", () => {
    expect(() => createApp({ identity: {} as never })).to.throw(TypeError, /^identity must be an object/);
    expect(() => createApp({ config: { authMode: "custom" } })).to.throw(/AUTH_MODE=custom needs/);
  });
});
