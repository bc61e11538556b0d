// Open mode: the first token claims the seat. What a wrong proof may do (nothing), and how often.
import { expect } from "chai";
import { OpenMode } from "../../../src/identity/providers/open-mode.ts";
import { Verifier } from "../../../src/identity/verifier.ts";
import { systemClock } from "../../../src/clock.ts";
import type { ParticipantClaim } from "../../../src/identity/identity.ts";
import { WindowCounter } from "../../../src/identity/limits/window-counter.ts";
import { WrongProofs } from "../../../src/identity/limits/wrong-proofs.ts";
import { Refusal } from "../../../src/protocol/refusal.ts";
import type { HeldSeat } from "../../../src/seats/seat.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { askToJoin, refused, refusedBy } from "../../../harness/clients/http.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { RawClient, matchmake } from "../../../harness/clients/raw-client.ts";
import { until } from "../../../harness/wait.ts";

const wrong = "The session token is not the one that claimed this seat";

describe("open identity", () => {
  const open = new Verifier(new OpenMode(), systemClock, { reportError: () => {} });
  const caller = { address: "192.0.2.1", isLocal: false, isShared: false };
  const claimOf = async (sessionToken: string, userId?: string) => {
    const request = { eventId: "e", deviceId: "d", sessionToken, userId, displayName: undefined };
    return (await open.claim({ role: "participant", ...request }, caller)) as ParticipantClaim;
  };
  const seatOf = (proof: string) => ({ proof, userId: "u" }) as HeldSeat;

  it("[A1] a proof is salted, holds no token, and knows its own again", async () => {
    const claim = await claimOf("secret token");
    const [one, two] = [open.proofOf(claim), open.proofOf(claim)];
    expect(one).to.not.equal(two);
    expect(Buffer.from(one, "base64url")).to.have.length(16 + 32);
    expect(one).to.not.contain(claim.digest).and.not.contain("secret");
    expect(JSON.stringify(claim), "it goes on without the token").to.not.contain("secret token");
    for (const proof of [one, two]) expect(open.whyNot(claim, seatOf(proof))).to.equal(undefined);
  });

  it("[A1] any other token, and a damaged proof, is 401", async () => {
    const proof = open.proofOf(await claimOf("secret token"));
    for (const token of ["secret token ", "Secret token", "secret toke", "s", "secret token".repeat(300)])
      expect(open.whyNot(await claimOf(token), seatOf(proof))).to.include({ code: 401, message: wrong });
    const mine = await claimOf("secret token");
    for (const damaged of ["", proof.slice(0, -2), `${proof}AA`, "not base64"])
      expect(open.whyNot(mine, seatOf(damaged))).to.include({ code: 401 });
  });

  it("[A5] a user_id that contradicts the seat is 403, after the token has been proven", async () => {
    const proof = open.proofOf(await claimOf("t"));
    expect(open.whyNot(await claimOf("t", "u"), seatOf(proof))).to.equal(undefined);
    expect(open.whyNot(await claimOf("t", "other"), seatOf(proof))).to.include({ code: 403 });
    expect(open.whyNot(await claimOf("x", "other"), seatOf(proof)), "no oracle").to.include({ code: 401 });
  });
});

describe("wrong proofs", () => {
  const unauthorized = new Refusal(401, wrong);
  const answers = (proofs: WrongProofs, times: number, seat: string, from: string, now: number) =>
    Array.from({ length: times }, () => proofs.answer(unauthorized, seat, from, now).code);

  it("[A4] the sixth for one seat in a minute is 429, whatever the address", () => {
    const proofs = new WrongProofs();
    for (let i = 0; i < 5; i++) expect(answers(proofs, 1, "seat", `a${i}`, i * 1000)).to.deep.equal([401]);
    expect(proofs.answer(unauthorized, "seat", "a9", 59_999))
      .to.include({ code: 429 })
      .and.not.equal(unauthorized);
    expect(answers(proofs, 1, "other seat", "a0", 59_999)).to.deep.equal([401]);
    expect(answers(proofs, 6, "seat", "a0", 60_000)).to.deep.equal([401, 401, 401, 401, 401, 429]);
  });

  it("[A4] the 301st from one address in a minute is 429, whatever the seat", () => {
    const proofs = new WrongProofs();
    for (let i = 0; i < 300; i++) expect(answers(proofs, 1, `s${i}`, "venue", 0)).to.deep.equal([401]);
    expect(answers(proofs, 1, "s301", "venue", 59_999)).to.deep.equal([429]);
    expect(answers(proofs, 1, "s301", "elsewhere", 59_999)).to.deep.equal([401]);
    expect(answers(proofs, 1, "s302", "venue", 60_000)).to.deep.equal([401]);
  });

  it("[A4] a stranger who invents keys cannot fill the memory, and the newest are remembered", () => {
    const counter = new WindowCounter(60_000, 1000);
    for (let i = 0; i < 10_000; i++) counter.add(`key ${i}`, i);
    const remembered = Array.from({ length: 10_000 }, (_, i) => counter.get(`key ${i}`, 10_000));
    expect(remembered.filter((count) => count > 0)).to.have.length.within(990, 1000);
    expect(counter.add("key 9999", 10_000)).to.equal(2);
  });
});

describe("joins with the stock SDK: open mode", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp();
  });
  after(() => app.close());

  const heartbeatOf = async (phone: Phone) => {
    const before = phone.heard.length;
    phone.room.send("heartbeat");
    await until("heartbeat_ack", () =>
      phone.heard.slice(before).some(({ type }) => type === "heartbeat_ack"),
    );
  };

  it("[A1] the token that claimed the seat returns to it, and another is 401", async () => {
    const me = identity();
    const first = await Phone.join(app.url, me);
    const joinedAt = first.sees(me.device_id)?.joined_at;
    first.drop();
    const other = { ...me, session_token: "someone else's" };
    expect(await refused(Phone.join(app.url, other))).to.deep.equal({ code: 401, message: wrong });
    const back = await Phone.join(app.url, me);
    await back.hears("participant_reconnected", me.device_id);
    expect(back.sees(me.device_id)?.joined_at).to.equal(joinedAt);
  });

  it("[J2] client.auth.token is a token too, and the option wins over it", async () => {
    const { session_token, ...rest } = identity();
    const first = await Phone.join(app.url, rest, session_token);
    expect(first.sees(rest.device_id)).to.include({ status: "connected" });
    await Phone.join(app.url, rest, session_token);
    await Phone.join(app.url, { ...rest, session_token });
    await Phone.join(app.url, { ...rest, session_token }, "wrong bearer");
    const both = Phone.join(app.url, { ...rest, session_token: "wrong option" }, session_token);
    expect((await refused(both)).code).to.equal(401);
    expect(await refused(Phone.join(app.url, rest))).to.deep.equal({
      code: 400,
      message: "Missing session_token",
    });
  });

  it("[A3] a refused proof leaves a live seat and its socket untouched", async () => {
    const event = newEvent();
    const [me, witness] = [identity(event), identity(event)];
    const bystander = await Phone.join(app.url, witness);
    const phone = await Phone.join(app.url, me);
    await bystander.hears("participant_joined", me.device_id);
    await heartbeatOf(phone);
    const [seen, known] = [
      { ...bystander.sees(me.device_id) },
      app.room(event)?.participants.get(me.device_id),
    ];
    const heard = [phone.story(me.device_id), bystander.story(me.device_id)];
    const { reconnectionToken } = phone.room;
    for (const session_token of ["x", "y"])
      expect((await refused(Phone.join(app.url, { ...me, session_token }))).code).to.equal(401);
    const contradiction = Phone.join(app.url, { ...me, user_id: "someone else", display_name: "Mallory" });
    expect((await refused(contradiction)).code).to.equal(403);
    expect(app.room(event)?.participants.get(me.device_id)).to.deep.equal(known);
    await heartbeatOf(phone);
    await heartbeatOf(bystander);
    expect(bystander.sees(me.device_id)).to.deep.include(JSON.parse(JSON.stringify(seen)));
    expect([phone.story(me.device_id), bystander.story(me.device_id)]).to.deep.equal(heard);
    expect(phone.closedWith).to.equal(undefined);
    phone.drop(); // and its own reconnection token is still good
    await bystander.hears("participant_temporarily_disconnected", me.device_id);
    await Phone.reconnect(app.url, reconnectionToken);
    await bystander.hears("participant_reconnected", me.device_id);
  });

  it("[A4] after five wrong ones the sixth is 429, and the right one still gets in", async () => {
    const me = identity();
    const phone = await Phone.join(app.url, me);
    const guess = () => refused(Phone.join(app.url, { ...me, session_token: `guess ${Math.random()}` }));
    for (let i = 0; i < 5; i++) expect(await guess()).to.deep.equal({ code: 401, message: wrong });
    const sixth = await guess();
    expect(sixth.code).to.equal(429);
    expect(sixth.message).to.match(/retry in \d+ ms/);
    await heartbeatOf(phone);
    const back = await Phone.join(app.url, me);
    await back.hears("participant_reconnected", me.device_id);
    expect((await guess()).code).to.equal(429);
    expect((await refused(Phone.join(app.url, { ...me, user_id: "x" }))).code).to.equal(429);
  });

  it("[A5] user_id: sent or not on a return, but never another", async () => {
    const me = { ...identity(), user_id: "ann" };
    const { user_id: _, ...anonymous } = me;
    const first = await Phone.join(app.url, me);
    expect(first.sees(me.device_id)).to.include({ user_id: "ann" });
    const back = await Phone.join(app.url, anonymous);
    expect(back.sees(me.device_id)).to.include({ user_id: "ann" });
    await Phone.join(app.url, me);
    for (const user_id of ["bob", "Ann", "ann ", me.device_id]) {
      const { code, message } = await refused(Phone.join(app.url, { ...me, user_id }));
      expect({ code, message }).to.deep.equal({ code: 403, message: "This seat belongs to another user_id" });
    }
  });

  it("[A1] of many first joins with different tokens for one device, one gets the seat and keeps it", async () => {
    const event = newEvent();
    const bystander = await Phone.join(app.url, identity(event));
    const device_id = "contested";
    const joins = Array.from({ length: 12 }, (_, i) => ({
      event_id: event,
      device_id,
      session_token: `token ${i}`,
    }));
    // All are let in by admission before any of them has its socket: the seat is decided in the room.
    const answers = await Promise.all(joins.map((join) => matchmake(app.url, join)));
    const admitted = answers.flatMap(({ reservation }) => reservation ?? []);
    expect(admitted).to.have.length(12);
    const sockets = admitted.map((reservation) => new RawClient(app.url, reservation));
    await until("all are answered", () => sockets.every(({ token, error }) => token !== undefined || error));
    const winners = sockets.filter(({ token }) => token !== undefined);
    expect(winners).to.have.length(1);
    for (const { error } of sockets)
      if (error !== undefined) expect(error.code, error.message).to.be.oneOf([401, 429]);
    await bystander.hears("participant_joined", device_id);
    const owner = joins[sockets.indexOf(winners[0] as RawClient)] as (typeof joins)[number];
    for (const join of joins.filter((each) => each !== owner).slice(0, 3))
      expect((await refused(Phone.join(app.url, join))).code).to.be.oneOf([401, 429]);
    const back = await Phone.join(app.url, owner);
    await back.hears("participant_reconnected", device_id);
    expect(bystander.story(device_id)).to.deep.equal(["participant_joined"]);
  });

  it("[A1] of many first joins at once with the stock SDK, the losers get a 401", async () => {
    const event = newEvent();
    const joins = Array.from({ length: 4 }, (_, i) =>
      Phone.join(app.url, { event_id: event, device_id: "d", session_token: `token ${i}` }),
    );
    const settled = await Promise.allSettled(joins);
    expect(settled.filter(({ status }) => status === "fulfilled")).to.have.length(1);
    for (const [i, { status }] of settled.entries())
      if (status === "rejected") expect((await refused(joins[i] as Promise<Phone>)).code).to.equal(401);
    expect(app.room(event)?.participants.list()).to.have.length(1);
  });

  it("[O2] observers come from localhost only, and what a proxy or a stranger says does not make it so", async () => {
    const observer = { event_id: newEvent(), role: "observer" };
    const watching = await Phone.join(app.url, observer);
    expect(watching.participants()?.size).to.equal(0);
    const remote: Record<string, string>[] = [
      { "x-forwarded-for": "203.0.113.7" },
      { "x-forwarded-for": "127.0.0.1" },
      { "x-real-ip": "203.0.113.7" },
      { forwarded: "for=203.0.113.7" },
      { via: "1.1 proxy" },
      { "x-forwarded-for": "203.0.113.7", "x-holdfast-direct": "local", "x-holdfast-peer": "127.0.0.1" },
    ];
    for (const headers of remote) {
      const { code, message } = refusedBy(await askToJoin(app.url, observer, headers));
      expect(code, JSON.stringify(headers)).to.equal(403);
      expect(message).to.equal("In open mode observers join from localhost, or with a host's link");
    }
  });
});

describe("wrong proofs and a countdown", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp({ config: { gracePeriodMs: 1500 } });
  });
  after(() => app.close());

  it("[A3] refused proofs do not move the countdown of a held seat", async () => {
    const event = newEvent();
    const me = identity(event);
    const bystander = await Phone.join(app.url, identity(event));
    const phone = await Phone.join(app.url, me);
    phone.drop();
    const away = await bystander.hears("participant_temporarily_disconnected", me.device_id);
    const deadline = Number(away.payload.grace_expires_at);
    const isOver = () => bystander.heard.find(({ type }) => type === "participant_left");
    let attempts = 0;
    // until after the deadline: an attempt in flight would be waited for, a refused one must not be
    while (isOver() === undefined && attempts < 500) {
      const answer = await matchmake(app.url, { ...me, session_token: `guess ${attempts++}` });
      const seat = app.room(event)?.participants.get(me.device_id);
      if (seat === undefined) break; // decided, and about to be announced
      expect(answer.status).to.be.oneOf([401, 429]);
      expect(seat.graceExpiresAt).to.equal(deadline);
    }
    const left = await bystander.hears("participant_left", me.device_id);
    expect(attempts).to.be.greaterThan(10);
    expect(left.payload.reason).to.equal("grace_expired");
    expect(left.at).to.be.within(deadline, deadline + 1000);
  });
});

describe("wrong proofs by address", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp({ config: { trustProxy: 1 } });
  });
  after(() => app.close());

  it("[A4] three hundred from one address: then 429 from there, 401 from elsewhere, and no owner locked out", async () => {
    const event = newEvent();
    const seats = Array.from({ length: 62 }, () => identity(event));
    for (const seat of seats) await RawClient.join(app.url, seat);
    const guess = async (seat: object, from: string) =>
      refusedBy(await askToJoin(app.url, { ...seat, session_token: "guess" }, { "x-forwarded-for": from }))
        .code;
    for (const seat of seats.slice(0, 60))
      for (let i = 0; i < 5; i++) expect(await guess(seat, "203.0.113.7")).to.equal(401);
    expect(await guess(seats[60] as object, "203.0.113.7")).to.equal(429);
    expect(await guess(seats[61] as object, "198.51.100.1")).to.equal(401);
    const spoofed = await guess(seats[61] as object, "198.51.100.2, 203.0.113.7");
    expect(spoofed, "only the last hop is the trusted proxy's word").to.equal(429);
    for (const seat of seats) {
      const { status } = await askToJoin(app.url, seat, { "x-forwarded-for": "203.0.113.7" });
      expect(status).to.equal(200);
    }
  });
});
