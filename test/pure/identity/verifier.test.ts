// What stands between whoever says who somebody is and those who ask: its time, what it may say, and what it may throw.
import { expect } from "chai";
import type { Caller } from "../../../src/identity/identity.ts";
import { OpenMode } from "../../../src/identity/providers/open-mode.ts";
import type { IdentityProvider, IdentityRequest, VerifiedIdentity } from "../../../src/identity/provider.ts";
import { Verifier } from "../../../src/identity/verifier.ts";
import { type JoinRequest, parseJoinOptions } from "../../../src/protocol/incoming/join-options.ts";
import { Refusal } from "../../../src/protocol/refusal.ts";
import type { HeldSeat } from "../../../src/seats/seat.ts";
import { FakeClock } from "../../../harness/fake-clock.ts";

const token = "header.payload.signature";
const caller: Caller = {
  address: "192.0.2.1",
  isLocal: false,
  isShared: false,
  headers: {
    cookie: "session=abcdefgh12345678; theme=dark",
    authorization: "Bearer bearer-token-1",
    "x-holdfast-peer": "192.0.2.1",
    "set-cookie": ["a=1", "b=2"],
  },
};
const asked = (more: object = {}): JoinRequest =>
  parseJoinOptions({ event_id: "e", device_id: "d", session_token: token, ...more });
const observing = () => asked({ role: "observer", device_id: undefined });

class Scene {
  readonly clock = new FakeClock();
  readonly reported: { error: Error; fields: unknown }[] = [];
  readonly verifier: Verifier;

  constructor(provider: Partial<IdentityProvider>) {
    this.verifier = new Verifier(provider as IdentityProvider, this.clock, {
      reportError: (_where, error, fields) => this.reported.push({ error: error as Error, fields }),
    });
  }
  claim = (request = asked()) => this.verifier.claim(request, caller);
  refusal = (request = asked()): Promise<Refusal> =>
    this.claim(request).then(
      () => expect.fail("it was let in"),
      (error: Refusal) => error,
    );
}
const saying = (found: unknown) => new Scene({ verify: () => found as VerifiedIdentity });
const unavailable = "Who you are cannot be checked just now; retry in 1000 ms";

describe("who somebody is, as a provider says it", () => {
  it("[A22] it is asked with all that the join says, and without what the server says to itself", async () => {
    let request: IdentityRequest | undefined;
    const scene = new Scene({
      verify: (given) => {
        request = given;
        return { userId: "ann", claims: { team: "red" } };
      },
    });
    const claim = await scene.claim(asked({ user_id: "ann", display_name: "Ann", team: "red" }));
    expect(claim).to.deep.equal({
      role: "participant",
      eventId: "e",
      deviceId: "d",
      userId: "ann",
      displayName: "Ann",
      digest: "",
      options: { team: "red" },
      claims: { team: "red" },
    });
    const { eventId, deviceId, userId, role, isLocal, options, headers } = request as IdentityRequest;
    expect({ token: request?.token, eventId, deviceId, userId, role, isLocal, options }).to.deep.equal({
      token,
      eventId: "e",
      deviceId: "d",
      userId: "ann",
      role: "participant",
      isLocal: false,
      options: { team: "red" },
    });
    expect(headers.get("cookie")).to.equal("session=abcdefgh12345678; theme=dark");
    expect(headers.get("x-holdfast-peer")).to.equal(null);
  });

  it("[A22] roles: who may only watch takes no seat, a participant does not watch, a host may do both", async () => {
    const seat = asked();
    expect(await saying({ userId: "u", role: "observer" }).refusal(seat)).to.include({ code: 403 });
    expect(await saying({ userId: "u" }).refusal(observing())).to.include({ code: 403 });
    const host = saying({ userId: "u", role: "host" });
    expect(await host.claim(seat)).to.include({ role: "participant", userId: "u" });
    expect(await host.claim(observing())).to.include({ role: "observer", isHost: true, userId: "u" });
    const observer = saying({ userId: "u", role: "observer" });
    expect(await observer.claim(observing())).to.include({ isHost: false });
    const contradicted = await saying({ userId: "u" }).refusal(asked({ user_id: "other" }));
    expect(contradicted).to.include({ code: 403, reason: "wrong_user" });
  });

  it("[A22] one that takes longer than 3 s is a 503, however it ends", async () => {
    for (const late of [new Promise<never>(() => {}), Promise.withResolvers<VerifiedIdentity>().promise]) {
      const scene = new Scene({ verify: () => late });
      const refusal = scene.refusal();
      await scene.clock.advance(2999);
      expect(scene.reported).to.have.length(0);
      await scene.clock.advance(1);
      expect(await refusal).to.include({ code: 503, message: unavailable });
      expect(scene.reported[0]?.error.message).to.match(/has not answered within 3000 ms/);
    }
    const scene = new Scene({ verify: async () => ({ userId: "u" }) });
    await scene.claim();
    await scene.clock.advance(10_000);
    expect(scene.reported, "its limit is taken back").to.have.length(0);
  });

  it("[A22] its Refusal is the answer; whatever else it throws is a 503 and a line without the token", async () => {
    const members = new Refusal(403, "Only for members");
    const throwing = (thrown: unknown) => [
      new Scene({
        verify: () => {
          throw thrown;
        },
      }),
      new Scene({ verify: () => Promise.reject(thrown) }),
    ];
    for (const scene of throwing(members)) {
      expect(await scene.refusal()).to.equal(members);
      expect(scene.reported).to.have.length(0);
    }
    const leaky = Object.assign(
      new TypeError(`no such token: ${token}, abcdefgh12345678 or bearer-token-1`),
      {
        request: { headers: { cookie: "session=abcdefgh12345678" } },
        cause: new Error(token),
      },
    );
    for (const thrown of [leaky, `text with ${token}`])
      for (const scene of throwing(thrown)) {
        expect(await scene.refusal()).to.include({ code: 503, message: unavailable });
        const [{ error, fields } = { error: new Error(), fields: undefined }] = scene.reported;
        expect(fields).to.deep.equal({ event_id: "e" });
        const all = `${error.name} ${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`;
        for (const secret of [token, "abcdefgh12345678", "bearer-token-1"])
          expect(all).to.not.contain(secret);
      }
    for (const scene of throwing(undefined)) expect(await scene.refusal()).to.include({ code: 503 });
  });

  it("[A22] what no provider may say is a 503 and a line that says what", async () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    const wrong: [unknown, RegExp][] = [
      [undefined, /must return \{ userId, role, claims \}/],
      ["ann", /must return/],
      [{}, /must return a userId, or a seatKey/],
      [{ role: "host" }, /must return a userId, or a seatKey/],
      [{ userId: "" }, /not a user_id/],
      [{ userId: 5 }, /not a user_id/],
      [{ userId: "a\n" }, /not a user_id/],
      [{ userId: "u", role: "admin" }, /role/],
      [{ userId: "u", claims: [1] }, /claims must be an object/],
      [{ userId: "u", claims: "x" }, /claims must be an object/],
      [{ userId: "u", claims: null }, /claims must be an object/],
      [{ userId: "u", claims: circle }, /circular/],
      [{ userId: "u", claims: { a: "x".repeat(4096) } }, /4096 characters/],
      [{ seatKey: "" }, /seatKey/],
      [{ seatKey: "k".repeat(4097) }, /seatKey/],
    ];
    for (const [found, why] of wrong) {
      const scene = saying(found);
      expect(await scene.refusal(), String(why)).to.include({ code: 503, message: unavailable });
      expect(scene.reported[0]?.error.message).to.match(why);
    }
  });

  it("[A22] claims are as they will be after a restart, and belong to nobody who may change them", async () => {
    const given = { at: new Date(0), left: undefined, list: [1] };
    const { claims } = await saying({ userId: "u", claims: given }).claim();
    expect(claims).to.deep.equal({ at: "1970-01-01T00:00:00.000Z", list: [1] });
    given.list.push(2);
    expect(claims?.list).to.deep.equal([1]);
    expect(await saying({ userId: "u", claims: {} }).claim()).to.not.have.property("claims");
  });

  it("[A22] a seatKey proves a seat as the first token does in open mode; without one the user alone does", async () => {
    const { verifier } = saying({});
    const keyed = await saying({ seatKey: "key" }).claim();
    const other = await saying({ seatKey: "other" }).claim();
    const user = await saying({ userId: "u" }).claim();
    if (keyed.role !== "participant" || other.role !== "participant" || user.role !== "participant")
      throw new Error("no participants");
    const seat = (proof: string, userId: string) => ({ proof, userId }) as HeldSeat;
    const proof = verifier.proofOf(keyed);
    expect(JSON.stringify(keyed)).to.not.contain('"key"');
    expect(verifier.whyNot(keyed, seat(proof, "d"))).to.equal(undefined);
    expect(verifier.whyNot(other, seat(proof, "d"))).to.include({ code: 401 });
    expect(verifier.whyNot(keyed, seat("", "u")), "of a user's seat").to.include({ code: 401 });
    expect(verifier.whyNot(user, seat(proof, "u")), "of one with a key").to.include({ code: 401 });
    expect(verifier.proofOf(user)).to.equal("");
    expect(verifier.whyNot(user, seat("", "u"))).to.equal(undefined);
    expect(verifier.whyNot(user, seat("", "v"))).to.include({ code: 403, reason: "wrong_user" });
  });

  it("[A22] a host's token is asked about by hostOf; a provider without one knows no hosts there", async () => {
    const scope = (provider: Partial<IdentityProvider>) =>
      new Scene({ verify: () => ({ userId: "u" }), ...provider }).verifier
        .hostOf("t")
        .catch((error: Refusal) => error.code);
    expect(await scope({ hostOf: () => "*" })).to.equal("*");
    expect(await scope({ hostOf: async () => "quiz" })).to.equal("quiz");
    expect(await scope({})).to.equal(403);
    expect(await scope({ hostOf: () => undefined as never })).to.equal(403);
    expect(await scope({ hostOf: () => Promise.reject(new Error("t")) })).to.equal(503);
    const open = new OpenMode();
    expect(await scope({ hostOf: (token) => open.hostOf(token) })).to.equal(401);
  });
});
