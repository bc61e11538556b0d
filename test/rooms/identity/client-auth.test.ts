// Who a client is to its room's author, over every way back; and handlers that are for hosts only. On the test kit, in token mode.
import { expect } from "chai";
import { type JWTPayload, SignJWT } from "jose";
import { z } from "zod";
import { type Client, type ClientAuth, EventRoom, hostOnly, validate } from "../../../src/holdfast.ts";
import { MessageRefused, type Phone, type TestEvent, testEvent } from "../../../src/testing/index.ts";

const secret = "a secret of the server, 32 or more";

class HostedRoom extends EventRoom {
  readonly started: unknown[] = [];
  override messages = {
    who: (client: Client) => ({ auth: client.auth, isHost: this.isHost(client) }),
    start: hostOnly(validate(z.int(), (_client, round) => this.started.push(round))),
    "*": hostOnly((_client, type) => this.started.push(type)),
    stop: hostOnly((client, payload: unknown) => ({ stopped: payload, by: client.auth?.userId })),
  };
}

interface Said {
  readonly auth: ClientAuth;
  readonly isHost: boolean;
}
const ask = async (phone: Phone) => (await phone.request("who")) as Said;

describe("who a client is to its room", () => {
  let event: TestEvent<HostedRoom>;
  beforeEach(async () => {
    const config = { authMode: "token", sessionSecret: secret, gracePeriodMs: 60_000 } as const;
    event = await testEvent(HostedRoom, { config: { ...config, logLevel: "silent" } });
  });
  afterEach(() => event.close());

  /** A token for this event, good for 10 minutes of the test's time. */
  const tokenOf = (payload: JWTPayload) =>
    new SignJWT({
      sub: "ann",
      event_id: event.eventId,
      exp: Math.floor(event.clock.now() / 1000) + 600,
      ...payload,
    })
      .setProtectedHeader({ alg: "HS256" })
      .sign(new TextEncoder().encode(secret));
  const join = async (claims: JWTPayload = {}) => {
    const session_token = await tokenOf({ device_id: "me", ...claims });
    return event.join("me", { options: { session_token } });
  };
  const observe = async (payload: JWTPayload) =>
    event.observe({ options: { session_token: await tokenOf(payload) } });

  it("[A20] a participant, an observer and a host are told apart, each with its user and its claims", async () => {
    const claims = { team: "red", level: 3 };
    expect(await ask(await join(claims))).to.deep.equal({
      auth: { role: "participant", userId: "ann", deviceId: "me", device_id: "me", claims },
      isHost: false,
    });
    const watching = await ask(await observe({ role: "observer", sub: "eve" }));
    expect(watching).to.deep.equal({
      auth: { role: "observer", userId: "eve", deviceId: undefined, claims: {} },
      isHost: false,
    });
    const hosting = await ask(await observe({ role: "host", sub: "bob", desk: 1 }));
    expect(hosting).to.deep.equal({
      auth: { role: "host", userId: "bob", deviceId: undefined, claims: { desk: 1 } },
      isHost: true,
    });
  });

  it("[A20] it is the same by a token, by a join, by a takeover of either kind and after a restart", async () => {
    let phone = await join({ team: "red" });
    const { auth } = await ask(phone);
    const same = async (way: string) => expect((await ask(phone)).auth, way).to.deep.equal(auth);
    await phone.drop();
    await phone.return();
    await same("its reconnection token");
    await phone.drop();
    await phone.reload();
    await same("a join");
    phone = await phone.takeOver();
    await same("a takeover");
    phone = await phone.takeOver("token");
    await same("a takeover by its reconnection token");
    await event.restart();
    await phone.return();
    await same("its reconnection token after a restart");
  });

  it("[A20] it is the same when our client comes back by itself", async () => {
    const sessionToken = await tokenOf({ device_id: "me", team: "red" });
    const page = await event.page("me", { sessionToken });
    const who = () => event.until(page.session.request<Said>("who"));
    const { auth } = await who();
    expect(auth?.claims).to.deep.equal({ team: "red" });
    await page.drop();
    await event.advance(2000);
    expect((await who()).auth).to.deep.equal(auth);
  });

  it("[A20] a return by join brings its own claims, for every later reconnection; no author's room sees the token", async () => {
    const first = await join({ team: "red" });
    const session_token = await tokenOf({ device_id: "me", team: "blue" });
    const second = await event.join("me", { options: { session_token } });
    expect((await ask(second)).auth?.claims).to.deep.equal({ team: "blue" });
    await second.drop();
    await second.return();
    const said = await ask(second);
    expect(said.auth?.claims).to.deep.equal({ team: "blue" });
    expect(JSON.stringify(said)).to.not.include(session_token);
    expect(first.closedWith).to.equal(4501);
    expect((await ask(await join())).auth?.claims, "claims that are gone").to.deep.equal({});
  });

  it("[A21] a handler for hosts only takes a host's messages and requests, and nobody else's", async () => {
    const phone = await join();
    const host = await observe({ role: "host", sub: "bob" });
    const watching = await observe({ role: "observer" });
    for (const each of [phone, watching]) {
      const refusal = await each.request("start", 1).catch((error: unknown) => error);
      expect(refusal).to.be.instanceOf(MessageRefused);
      expect(refusal).to.include({ code: 403, message: "Only a host may do this" });
      const again = await each.request("stop", 1).catch((error: unknown) => error);
      expect(again).to.include({ code: 403 });
      await each.send("start", 2);
      await each.send("start", "nothing that its schema takes");
      await each.send("stop");
      await each.send("anything else", 1);
      expect(await ask(each), "its connection lives").to.have.property("isHost", false);
      expect(each.status).to.equal("connected");
    }
    const { started } = event.room;
    expect(started).to.deep.equal([]);
    const lines = event.log.filter(({ not_allowed }) => not_allowed);
    expect(lines).to.have.length(8);
    expect(lines[0]).to.include({
      level: 30,
      event_id: event.eventId,
      device_id: "me",
      not_allowed: "start: Only a host may do this",
    });
    expect(await host.request("start", 3)).to.equal(1);
    expect(await host.request("stop", 4)).to.deep.equal({ stopped: 4, by: "bob" });
    await host.send("start", 5);
    await host.send("anything else", 1);
    expect(started).to.deep.equal([3, 5, "anything else"]);
    expect(event.errors).to.deep.equal([]);
  });

  it("[A21] a host whose schema refuses what it sends is closed as anybody is", async () => {
    const host = await observe({ role: "host" });
    await host.send("start", "one");
    expect(host.closedWith).to.equal(4002);
  });
});
