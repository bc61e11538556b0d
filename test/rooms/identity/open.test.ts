// Open mode: the first token claims the seat. What a wrong proof may do (nothing), and how often.
// Joins are on the test kit, and those on real sockets that are about addresses, the SDK, or sockets that wait.
import { expect } from "chai";
import { OpenMode } from "../../../src/identity/providers/open-mode.ts";
import { Verifier } from "../../../src/identity/verifier.ts";
import { systemClock } from "../../../src/clock.ts";
import type { ParticipantClaim } from "../../../src/identity/identity.ts";
import { WindowCounter } from "../../../src/identity/limits/window-counter.ts";
import { WrongProofs } from "../../../src/identity/limits/wrong-proofs.ts";
import { Refusal } from "../../../src/protocol/refusal.ts";
import type { HeldSeat } from "../../../src/seats/seat.ts";
import { EventRoom } from "../../../src/holdfast.ts";
import {
  type JoinRefused,
  type Phone as KitPhone,
  type TestEvent,
  testEvent,
} from "../../../src/testing/index.ts";
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

describe("joins: open mode", () => {
  let event: TestEvent;
  beforeEach(async () => {
    event = await testEvent(EventRoom, { config: { gracePeriodMs } });
  });
  afterEach(() => event.close());

  const gracePeriodMs = 1500;
  const stock = { client: "stock" } as const;
  const joined = { type: "participant_joined", device_id: "ann" };
  const away = {
    type: "participant_temporarily_disconnected",
    device_id: "ann",
    reason: "connection_lost",
  };
  const back = { type: "participant_reconnected", device_id: "ann" };

  /** Joins for ann's device, with a secret of its own or something else of its own. */
  const asAnn = (options: Record<string, unknown> = {}) => event.join("ann", { ...stock, options });
  const guess = (session_token = `guess ${Math.random()}`) => refusalOf(asAnn({ session_token }));
  const refusalOf = (join: Promise<unknown>) =>
    join.then(
      () => expect.fail("it was let in"),
      ({ code, message }: JoinRefused) => ({ code, message }),
    );
  const storyOf = (phone: KitPhone) =>
    phone.saw().filter((seen) => "device_id" in seen && seen.device_id === "ann");
  const isServed = async (phone: KitPhone) => {
    const acks = () => phone.received.filter(({ type }) => type === "heartbeat_ack").length;
    const before = acks();
    await phone.send("heartbeat");
    expect(acks()).to.equal(before + 1);
  };

  it("[A1] the token that claimed the seat returns to it, and another is 401", async () => {
    const first = await asAnn();
    const joinedAt = first.roster.ann?.joined_at;
    await first.drop();
    await event.advance(100);
    expect(await guess("someone else's")).to.deep.equal({ code: 401, message: wrong });
    const again = await asAnn();
    expect(again.saw("participant_reconnected")).to.deep.equal([back]);
    expect(again.roster.ann?.joined_at).to.equal(joinedAt);
  });

  it("[A3] a refused proof leaves a live seat and its socket untouched", async () => {
    const bystander = await event.join("bystander", stock);
    const ann = await asAnn();
    await isServed(ann);
    const [seen, known] = [bystander.roster.ann, event.room.participants.get("ann")];
    const sessions = event.room.clients.map(({ sessionId }) => sessionId);
    for (const session_token of ["x", "y"]) expect((await guess(session_token)).code).to.equal(401);
    const contradiction = asAnn({ user_id: "someone else", display_name: "Mallory" });
    expect((await refusalOf(contradiction)).code).to.equal(403);
    expect(event.room.participants.get("ann")).to.deep.equal(known);
    await isServed(ann);
    await isServed(bystander);
    expect(seen).to.include({ device_id: "ann", status: "connected" });
    expect(bystander.roster.ann).to.deep.equal(seen);
    expect([storyOf(ann), storyOf(bystander)]).to.deep.equal([[], [joined]]);
    expect(ann.closedWith).to.equal(undefined);
    await ann.drop();
    await ann.return();
    expect(storyOf(bystander)).to.deep.equal([joined, away, back]);
    const now = event.room.clients.map(({ sessionId }) => sessionId);
    expect(now, "by its own reconnection token, which is still good").to.have.members(sessions);
  });

  it("[A3] refused proofs do not move the countdown of a held seat", async () => {
    const bystander = await event.join("bystander", stock);
    const ann = await asAnn();
    await ann.drop();
    const deadline = event.clock.now() + gracePeriodMs;
    while (event.clock.now() < deadline) {
      expect((await guess()).code).to.be.oneOf([401, 429]);
      expect(event.room.participants.get("ann")?.graceExpiresAt).to.equal(deadline);
      await event.advance(Math.min(20, Math.max(1, deadline - 1 - event.clock.now())));
    }
    expect(storyOf(bystander).at(-1)).to.include({ type: "participant_left", reason: "grace_expired" });
    expect(bystander.received.at(-1)?.at).to.equal(deadline);
  });

  it("[A4] after five wrong ones the sixth is 429, and the right one still gets in", async () => {
    const ann = await asAnn();
    for (let i = 0; i < 5; i++) expect(await guess()).to.deep.equal({ code: 401, message: wrong });
    const sixth = await guess();
    expect(sixth.code).to.equal(429);
    expect(sixth.message).to.match(/retry in \d+ ms/);
    await isServed(ann);
    const again = await asAnn();
    expect(again.saw("participant_reconnected")).to.deep.equal([back]);
    expect((await guess()).code).to.equal(429);
    expect((await refusalOf(asAnn({ user_id: "x" }))).code).to.equal(429);
  });

  it("[A5] user_id: sent or not on a return, but never another", async () => {
    const first = await asAnn({ user_id: "anna" });
    expect(first.roster.ann).to.include({ user_id: "anna" });
    const again = await asAnn();
    expect(again.roster.ann).to.include({ user_id: "anna" });
    await asAnn({ user_id: "anna" });
    const message = "This seat belongs to another user_id";
    for (const user_id of ["bob", "Anna", "anna ", "ann"])
      expect(await refusalOf(asAnn({ user_id }))).to.deep.equal({ code: 403, message });
  });
});

describe("joins with the stock SDK: open mode", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp();
  });
  after(() => app.close());

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
