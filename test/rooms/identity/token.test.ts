// Token mode: what a signed JWT opens, with a shared secret and with a key set, and everything that is no such token.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import {
  base64url,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWTPayload,
  SignJWT,
  UnsecuredJWT,
} from "jose";
import { TokenMode } from "../../../src/identity/providers/token-mode.ts";
import { Refusal } from "../../../src/protocol/refusal.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { refused } from "../../../harness/clients/http.ts";
import { type JoinOptions, newEvent, Phone } from "../../../harness/clients/phone.ts";

const secret = "a secret of the server, 32 or more";
const key = new TextEncoder().encode(secret);
const minuteS = 60;
const nowS = () => Math.floor(Date.now() / 1000);

type Signer = (token: SignJWT) => Promise<string>;
const withSecret: Signer = (token) => token.setProtectedHeader({ alg: "HS256" }).sign(key);

const claimsOf = ({ event_id, device_id }: JoinOptions): JWTPayload => ({
  sub: "ann",
  event_id,
  device_id,
  exp: nowS() + minuteS,
});

interface Case {
  readonly what: string;
  readonly code: 401 | 403;
  readonly why: RegExp;
  readonly token: (join: JoinOptions) => Promise<string> | string;
  /** What the join says beside the token. */
  readonly options?: JoinOptions;
}

const changed =
  (change: JWTPayload, sign = withSecret) =>
  (join: JoinOptions) =>
    sign(new SignJWT({ ...claimsOf(join), ...change }));

const encoded = (part: unknown) => base64url.encode(JSON.stringify(part));

const unreadable = /cannot be read as a signed token/;
const untrusted = /not signed by a key that this server trusts/;
const cases: Case[] = [
  { what: "no JWT at all", code: 401, why: unreadable, token: () => "hello" },
  { what: "three empty parts", code: 401, why: unreadable, token: () => ".." },
  { what: "parts that are no base64", code: 401, why: unreadable, token: () => "!.!.!" },
  {
    what: "a payload that is no object",
    code: 401,
    why: /signed/,
    token: () => `${encoded({ alg: "HS256" })}.${encoded([1])}.AAAA`,
  },
  { what: "expired", code: 401, why: /has expired/, token: changed({ exp: nowS() - 1 }) },
  { what: "without an expiry", code: 401, why: unreadable, token: changed({ exp: undefined as never }) },
  {
    what: "with an expiry that is no number",
    code: 401,
    why: unreadable,
    token: changed({ exp: "never" as never }),
  },
  { what: "not valid yet", code: 401, why: unreadable, token: changed({ nbf: nowS() + 60 * minuteS }) },
  { what: "without a subject", code: 401, why: unreadable, token: changed({ sub: undefined as never }) },
  {
    what: "with a number for a subject",
    code: 401,
    why: /subject is not a user_id/,
    token: changed({ sub: 42 as never }),
  },
  { what: "with an empty subject", code: 401, why: /subject is not a user_id/, token: changed({ sub: "" }) },
  {
    what: "with a subject of 129 characters",
    code: 401,
    why: /subject is not a user_id/,
    token: changed({ sub: "a".repeat(129) }),
  },
  {
    what: "with a lone surrogate in the subject",
    code: 401,
    why: /subject is not a user_id/,
    token: changed({ sub: "\ud800" }),
  },
  {
    what: "unsigned (alg none)",
    code: 401,
    why: unreadable,
    token: (join) => new UnsecuredJWT(claimsOf(join)).encode(),
  },
  {
    what: "signed with an algorithm that was not agreed on",
    code: 401,
    why: unreadable,
    token: changed({}, (token) => token.setProtectedHeader({ alg: "HS384" }).sign(key)),
  },
  {
    what: "signed with another secret",
    code: 401,
    why: untrusted,
    token: changed({}, (token) =>
      token
        .setProtectedHeader({ alg: "HS256" })
        .sign(new TextEncoder().encode("another secret, 32 or more chars")),
    ),
  },
  {
    what: "changed after it was signed",
    code: 401,
    why: untrusted,
    token: async (join) => {
      const [head, , signature] = (await withSecret(new SignJWT(claimsOf(join)))).split(".");
      return `${head}.${encoded({ ...claimsOf(join), role: "host" })}.${signature}`;
    },
  },
  {
    what: "with its signature cut off",
    code: 401,
    why: untrusted,
    token: async (join) => (await withSecret(new SignJWT(claimsOf(join)))).replace(/[^.]+$/, ""),
  },
  { what: "for another event", code: 403, why: /for another event/, token: changed({ event_id: "other" }) },
  { what: "for no event", code: 403, why: /for another event/, token: changed({ event_id: undefined }) },
  {
    what: "for events in an array",
    code: 403,
    why: /for another event/,
    token: (join) => changed({ event_id: [join.event_id] })(join),
  },
  {
    what: "for another device",
    code: 403,
    why: /for another device/,
    token: changed({ device_id: "other" }),
  },
  { what: "for no device", code: 403, why: /for another device/, token: changed({ device_id: undefined }) },
  {
    what: "for another user than the join says",
    code: 403,
    why: /for another user_id/,
    token: changed({}),
    options: { user_id: "bob" },
  },
  {
    what: "that may not observe",
    code: 403,
    why: /does not allow observing/,
    token: changed({}),
    options: { role: "observer" },
  },
  {
    what: "with a role that may not observe",
    code: 403,
    why: /does not allow observing/,
    token: changed({ role: ["host"] }),
    options: { role: "observer" },
  },
  {
    what: "of a host of another event",
    code: 403,
    why: /for another event/,
    token: changed({ role: "host", event_id: "x" }),
    options: { role: "observer" },
  },
];

let devices = 0;
const newDevice = (event_id = newEvent()): JoinOptions => ({ event_id, device_id: `t${(devices += 1)}` });

describe("joins with the stock SDK: token mode with a secret", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp({ config: { authMode: "token", sessionSecret: secret } });
  });
  after(() => app.close());

  it("[A2] a token for this event, device and user takes the seat, and its subject is the user", async () => {
    const join = newDevice();
    const session_token = await changed({})(join);
    const phone = await Phone.join(app.url, { ...join, session_token });
    expect(phone.sees(join.device_id as string)).to.include({ user_id: "ann", status: "connected" });
    phone.drop();
    const another = await changed({ exp: nowS() + 2 * minuteS })(join);
    const back = await Phone.join(app.url, { ...join, session_token: another, user_id: "ann" });
    await back.hears("participant_reconnected", join.device_id as string);
  });

  it("[J2] a token in client.auth.token joins, and the option wins", async () => {
    const join = newDevice();
    const token = await changed({})(join);
    await Phone.join(app.url, join, token);
    await Phone.join(app.url, { ...join, session_token: token }, "wrong");
    expect((await refused(Phone.join(app.url, { ...join, session_token: "wrong" }, token))).code).to.equal(
      401,
    );
    expect(await refused(Phone.join(app.url, join))).to.deep.equal({
      code: 400,
      message: "Missing session_token",
    });
  });

  it("[A5] a token of another user does not return to a seat, however valid", async () => {
    const join = newDevice();
    await Phone.join(app.url, { ...join, session_token: await changed({})(join) });
    const bobs = await changed({ sub: "bob" })(join);
    expect(await refused(Phone.join(app.url, { ...join, session_token: bobs }))).to.deep.equal({
      code: 403,
      message: "This seat belongs to another user_id",
    });
  });

  it("[O2] hosts and observers of this event may observe, without a device", async () => {
    const event_id = newEvent();
    for (const role of ["host", "observer"]) {
      const token = await withSecret(new SignJWT({ sub: "eve", event_id, role, exp: nowS() + minuteS }));
      const watching = await Phone.join(app.url, { event_id, role: "observer", session_token: token });
      expect(watching.participants()?.size).to.equal(0);
    }
    const tokenless = refused(Phone.join(app.url, { event_id, role: "observer" }));
    expect(await tokenless).to.deep.equal({ code: 400, message: "Missing session_token" });
  });
});

describe("joins with the stock SDK: wrong tokens", function () {
  this.timeout(40_000);
  /** Thirty wrong proofs from one address are answered with 429: each group has a server of its own. */
  const groupSize = 24;
  let app: TestApp;
  beforeEach(async () => {
    app = await startApp({ config: { authMode: "token", sessionSecret: secret } });
  });
  afterEach(() => app.close());

  for (let from = 0; from < cases.length; from += groupSize)
    it(`[A2] every token that is not that is refused, with 401 or 403 (from the ${from + 1}. on)`, async () => {
      for (const { what, code, why, token, options } of cases.slice(from, from + groupSize)) {
        const join = newDevice();
        const answer = await refused(
          Phone.join(app.url, { ...join, session_token: await token(join), ...options }),
        );
        expect(answer.code, `${what}: ${answer.message}`).to.equal(code);
        expect(answer.message, what).to.match(why);
        expect(app.room(join.event_id as string), "no room is made for it").to.equal(undefined);
      }
    });

  it("[A3] wrong tokens leave a live seat and its socket untouched; [A4] the sixth is 429, the right one gets in", async () => {
    const join = newDevice();
    const session_token = await changed({})(join);
    const phone = await Phone.join(app.url, { ...join, session_token });
    const known = app.room(join.event_id as string)?.participants.get(join.device_id as string);
    const wrong = [
      await changed({ exp: 1 })(join),
      "x",
      await changed({ event_id: "y" })(join),
      "z",
      "w",
      "v",
    ];
    const codes: number[] = [];
    for (const each of wrong)
      codes.push((await refused(Phone.join(app.url, { ...join, session_token: each }))).code);
    expect(codes).to.deep.equal([401, 401, 403, 401, 401, 429]);
    expect(app.room(join.event_id as string)?.participants.get(join.device_id as string)).to.deep.equal(
      known,
    );
    expect(phone.closedWith).to.equal(undefined);
    const back = await Phone.join(app.url, { ...join, session_token });
    await back.hears("participant_reconnected", join.device_id as string);
  });
});

describe("joins with the stock SDK: token mode with a key set", () => {
  let app: TestApp;
  let keys: Server;
  let answer: { status: number; body: string };
  let good: string;
  let signers: Record<string, Signer>;
  let publicPem: string;
  let asked = 0;

  before(async () => {
    const algorithms = ["RS256", "ES256", "EdDSA"];
    const pairs = await Promise.all(algorithms.map((alg) => generateKeyPair(alg, { extractable: true })));
    const jwks = await Promise.all(
      pairs.map(async ({ publicKey }, i) => ({
        ...(await exportJWK(publicKey)),
        kid: `k${i}`,
        alg: algorithms[i],
      })),
    );
    signers = Object.fromEntries(
      pairs.map(({ privateKey }, i) => [
        algorithms[i] as string,
        (token: SignJWT) =>
          token.setProtectedHeader({ alg: algorithms[i] as string, kid: `k${i}` }).sign(privateKey),
      ]),
    );
    publicPem = await exportSPKI((pairs[0] as (typeof pairs)[number]).publicKey);
    good = JSON.stringify({ keys: jwks });
    keys = createServer((_request, response) => {
      asked += 1;
      response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body);
    });
    await new Promise<void>((resolve) => keys.listen(0, "127.0.0.1", resolve));
  });
  after(() => keys.close());
  beforeEach(async () => {
    answer = { status: 200, body: good };
    app = await startApp({ config: { authMode: "token", sessionJwksUrl: urlOf(keys) } });
  });
  afterEach(() => app.close());

  const urlOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  const joinWith = async (token: (join: JoinOptions) => Promise<string> | string) => {
    const join = newDevice();
    return Phone.join(app.url, { ...join, session_token: await token(join) });
  };

  it("[A6] tokens signed by any key of the set join, and the set is fetched once", async () => {
    asked = 0;
    for (const sign of Object.values(signers)) {
      const phone = await joinWith(changed({}, sign));
      expect([...(phone.participants()?.values() ?? [])][0]).to.include({ user_id: "ann" });
    }
    expect(asked).to.equal(1);
  });

  it("[A2] a public key is never taken for a secret", async () => {
    const confused: string[] = [publicPem, publicPem.trim(), good, JSON.stringify(JSON.parse(good).keys[0])];
    for (const text of confused) {
      for (const header of [{ alg: "HS256" }, { alg: "HS256", kid: "k0" }]) {
        const forge = changed({}, (token) =>
          token.setProtectedHeader(header).sign(new TextEncoder().encode(text)),
        );
        const { code, message } = await refused(joinWith(forge));
        expect(code, message).to.equal(401);
      }
    }
  });

  it("[A2] unsigned, expired, and signed by a key that is not in the set: 401", async () => {
    const { privateKey } = await generateKeyPair("RS256");
    for (const kid of ["k0", "k9", undefined]) {
      const header = { alg: "RS256", ...(kid === undefined ? {} : { kid }) };
      const stranger: Signer = (token) => token.setProtectedHeader(header).sign(privateKey);
      expect(await refused(joinWith(changed({}, stranger)))).to.include({ code: 401 });
    }
    expect(await refused(joinWith((join) => new UnsecuredJWT(claimsOf(join)).encode()))).to.include({
      code: 401,
    });
    const expired = await refused(joinWith(changed({ exp: nowS() - 1 }, signers.ES256)));
    expect(expired).to.deep.equal({ code: 401, message: "The session token has expired" });
  });

  const outages: [string, { status: number; body: string }][] = [
    ["answers 500", { status: 500, body: "oops" }],
    ["answers 404", { status: 404, body: "" }],
    ["redirects", { status: 302, body: "" }],
    ["answers no JSON", { status: 200, body: "<html>" }],
    ["answers no key set", { status: 200, body: '{"hello":1}' }],
  ];
  for (const [what, outage] of outages) {
    it(`[A2] a key server that ${what} is a 503 with a hint, not a 401, and a later join gets in`, async () => {
      answer = outage;
      const { code, message } = await refused(joinWith(changed({}, signers.RS256)));
      expect(code).to.equal(503);
      expect(message).to.match(/^The keys for session tokens cannot be reached; retry in \d+ ms$/);
      answer = { status: 200, body: good };
      await joinWith(changed({}, signers.RS256));
    });
  }

  it("[A2] a key server that cannot be reached is a 503 too", async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const url = urlOf(closed);
    await new Promise((resolve) => closed.close(resolve));
    const join = newDevice();
    const token = await changed({}, signers.RS256)(join);
    const request = { eventId: join.event_id, deviceId: join.device_id, token };
    const identity = new TokenMode({ jwksUrl: url });
    const error: unknown = await identity.verify(request as never).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(Refusal).and.include({ code: 503 });
  });
});
