// Token mode against tokens that are good for something else, or were good once.
import { expect } from "chai";
import { SignJWT, type JWTPayload } from "jose";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { ServerFakeClock } from "../../../harness/fake-clock.ts";
import { ask, refused } from "../../../harness/clients/http.ts";
import { type JoinOptions, newEvent, Phone } from "../../../harness/clients/phone.ts";

const secret = "a secret of the server, 32 or more";
const minuteMs = 60_000;

const sign = (claims: JWTPayload) =>
  new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(new TextEncoder().encode(secret));

let devices = 0;
const newDevice = (event_id = newEvent()) => ({ event_id, device_id: `device ${(devices += 1)}` });

describe("tokens that are good for something else", () => {
  let app: TestApp | undefined;
  const start = async (config: object, clock?: ServerFakeClock) => {
    app = await startApp({
      config: { authMode: "token", sessionSecret: secret, ...config },
      ...(clock === undefined ? {} : { clock }),
    });
    return app;
  };
  afterEach(() => app?.close());

  const nowS = (clock?: ServerFakeClock) => Math.floor((clock?.now() ?? Date.now()) / 1000);
  const claims = (join: JoinOptions, change: JWTPayload = {}, clock?: ServerFakeClock): JWTPayload => ({
    sub: "ann",
    event_id: join.event_id,
    device_id: join.device_id,
    exp: nowS(clock) + 60,
    ...change,
  });
  const joinWith = async (url: string, change: JWTPayload, clock?: ServerFakeClock) => {
    const join = newDevice();
    return Phone.join(url, { ...join, session_token: await sign(claims(join, change, clock)) });
  };

  it("[H1] nobody opens an event called *, and a token for every event is not one for it", async () => {
    const { url } = await start({});
    const join = newDevice("*");
    for (const role of ["participant", "host"]) {
      const session_token = await sign(claims(join, { role }));
      const tried = [
        { ...join, session_token },
        { event_id: "*", role: "observer", session_token },
      ];
      for (const options of tried) expect((await refused(Phone.join(url, options))).code).to.equal(400);
    }
    const other = newDevice();
    await Phone.join(url, { ...other, session_token: await sign(claims(other)) });
    const host = await sign({ sub: "eve", event_id: "*", role: "host", exp: nowS() + 60 });
    const { text } = await ask(url, "/host/events", { headers: { authorization: `Bearer ${host}` } });
    const listed = (JSON.parse(text) as { events: { event_id: string }[] }).events.map(
      (event) => event.event_id,
    );
    expect(listed).to.include(other.event_id).and.not.include("*");
  });

  it("[H2] a token for another audience or from another issuer is refused, wherever tokens are read", async () => {
    const { url } = await start({ sessionAudience: "quiz.example", sessionIssuer: "https://id.example" });
    const good = { aud: ["other.example", "quiz.example"], iss: "https://id.example" };
    const wrong: [JWTPayload, RegExp][] = [
      [{ iss: good.iss }, /aud is not/],
      [{ ...good, aud: "quiz.example.evil" }, /aud is not/],
      [{ aud: good.aud }, /iss is not/],
      [{ ...good, iss: "https://evil.example" }, /iss is not/],
    ];
    for (const [change, why] of wrong) {
      const answer = await refused(joinWith(url, change));
      expect(answer.code).to.equal(401);
      expect(answer.message).to.match(why);
      const host = await sign({ sub: "eve", event_id: "*", role: "host", exp: nowS() + 60, ...change });
      const { status } = await ask(url, "/host/events", { headers: { authorization: `Bearer ${host}` } });
      expect(status).to.equal(401);
    }
    await joinWith(url, good);
  });

  it("[H2] a token that was issued too long ago, or does not say when, does not join", async () => {
    const { url } = await start({ sessionMaxAgeMs: 10 * minuteMs });
    expect(await refused(joinWith(url, { iat: nowS() - 601 }))).to.deep.equal({
      code: 401,
      message: "The session token was issued too long ago",
    });
    expect((await refused(joinWith(url, {}))).code, "without iat").to.equal(401);
    expect((await refused(joinWith(url, { iat: nowS() + 60 }))).code, "from the future").to.equal(401);
    await joinWith(url, { iat: nowS() - 590 });
  });

  it("[H3] who drops after its token has run out comes back by its reconnection token, and not by a join", async () => {
    const clock = new ServerFakeClock();
    const { url } = await start({ gracePeriodMs: 30_000 }, clock);
    const join = newDevice();
    const session_token = await sign(claims(join, {}, clock));
    const [phone, witness] = await Promise.all([
      Phone.join(url, { ...join, session_token }),
      (async () => {
        const other = newDevice(join.event_id);
        return Phone.join(url, { ...other, session_token: await sign(claims(other, {}, clock)) });
      })(),
    ]);
    await clock.advance(2 * minuteMs);
    const token = phone.room.reconnectionToken;
    phone.drop();
    await witness.hears("participant_temporarily_disconnected", join.device_id);
    await clock.advance(29_000);
    expect(await refused(Phone.join(url, { ...join, session_token }))).to.include({ code: 401 });
    const back = await Phone.reconnect(url, token);
    await witness.hears("participant_reconnected", join.device_id);
    back.drop();
    await clock.advance(0);
    await clock.advance(30_001);
    await witness.hears("participant_left", join.device_id);
    const late = await Phone.reconnect(url, back.room.reconnectionToken).catch((error: unknown) => error);
    expect(late, "after the grace").to.be.instanceOf(Error);
    expect(await refused(Phone.join(url, { ...join, session_token }))).to.include({ code: 401 });
  });
});
