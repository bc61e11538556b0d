// [A7] Nothing that proves anything leaves the server: everything it says is searched for everything it must not say.
import { createHash } from "node:crypto";
import { Writable } from "node:stream";
import { expect } from "chai";
import { SignJWT } from "jose";
import { createLogger } from "../../../src/ops/logger.ts";
import type { SeatStore } from "../../../src/store/seat-store.ts";
import { MemoryStore } from "../../../src/store/memory-store.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { ask, askToJoin } from "../../../harness/clients/http.ts";
import { identity, type JoinOptions, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { matchmake, RawClient } from "../../../harness/clients/raw-client.ts";
import { until } from "../../../harness/wait.ts";

const secret = "a secret of the server, 32 or more";

/** A secret and its digests, as text that must not be found. */
function formsOf(text: string): string[] {
  const digest = createHash("sha256").update(text).digest();
  return [
    text,
    encodeURIComponent(text),
    ...(["hex", "base64", "base64url"] as const).map((form) => digest.toString(form).replace(/=+$/, "")),
  ];
}

/** All that a server said: to its log, to its watchers, to a guest who listens, and to those whom it refused. */
interface Said {
  readonly where: string;
  readonly bytes: Buffer;
}

/** Strings of 16 characters or more that a value holds under these keys, at any depth. */
function kept(value: unknown, keys: ReadonlySet<string>): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    typeof each === "string" ? (keys.has(key) && each.length >= 16 ? [each] : []) : kept(each, keys),
  );
}

const secretKeys = new Set(["proof", "tokenHash", "digest"]);

/** A store that shows what it was given: proofs and hashes, which the rest of the world must not see. */
class OpenStore extends MemoryStore {
  readonly seen = new Set<string>();

  override commit(...given: Parameters<SeatStore["commit"]>): Promise<void> {
    for (const text of kept(given, secretKeys)) this.seen.add(text);
    return super.commit(...given);
  }
}

for (const authMode of ["open", "token"] as const) {
  describe(`secrets in ${authMode} mode`, () => {
    let app: TestApp;
    let logged = "";
    const store = new OpenStore();
    before(async () => {
      const sink = new Writable({
        write(chunk: Buffer, _encoding, done) {
          logged += chunk.toString();
          done();
        },
      });
      const config = { authMode, sessionSecret: authMode === "token" ? secret : "", gracePeriodMs: 400 };
      app = await startApp({ config, store, log: createLogger("trace", sink) });
    });
    after(() => app.close());

    const tokenFor = (who: JoinOptions, role?: string): Promise<string> =>
      new SignJWT({ sub: `user of ${who.device_id}`, event_id: who.event_id, device_id: who.device_id, role })
        .setProtectedHeader({ alg: "HS256" })
        .setExpirationTime("5 minutes")
        .sign(new TextEncoder().encode(secret));
    const guest = async (event: string) => {
      const me = identity(event);
      return authMode === "open" ? me : { ...me, session_token: await tokenFor(me) };
    };

    it("[A7] no token, hash or address is in a log, a message, a state, a metric, the monitor or an error", async () => {
      const event = newEvent();
      const said: Said[] = [];
      const say = (where: string, what: string | Buffer) => said.push({ where, bytes: Buffer.from(what) });
      const [ann, bob, eve] = [await guest(event), await guest(event), await guest(event)];
      const listener = await guest(event);
      const raw = await RawClient.join(app.url, listener);
      raw.socket.on("message", (data: Buffer) => say("a message or a state", data));

      // everything that can happen to a guest, with every kind of refusal
      const phones = [
        await Phone.join(app.url, ann),
        await Phone.join(app.url, bob),
        await Phone.join(app.url, eve),
      ];
      const tokens = phones.map(({ room }) => room.reconnectionToken.split(":")[1] as string);
      const [first, second, third] = phones as [Phone, Phone, Phone];
      first.drop({ reconnect: true });
      await until("back", () => first.reconnections > 0);
      const wrong = `wrong ${Math.random()} token`;
      const answers = [
        await matchmake(app.url, { ...ann, session_token: wrong }),
        await matchmake(app.url, { ...ann, user_id: "someone else" }),
        await matchmake(app.url, { ...ann, event_id: `${event}\n` }),
        await matchmake(app.url, { ...ann, session_token: "x".repeat(5000) }),
        await matchmake(
          app.url,
          { reconnectionToken: "A".repeat(32) },
          { method: "reconnect", room: raw.reservation.roomId },
        ),
        await matchmake(app.url, ann, { room: "nope" }),
      ];
      expect(answers.map(({ status }) => status)).to.deep.equal([401, 403, 400, 400, 401, 400]);
      say("an error", JSON.stringify(answers));
      const odd = `/p/${raw.reservation.roomId}?sessionId=x&_authToken=${ann.session_token}&reconnectionToken=${tokens[0]}`;
      await ask(app.url, odd, { headers: { connection: "upgrade", upgrade: "websocket", host: "[" } }).catch(
        () => {},
      );
      await askToJoin(app.url, ann, { host: "user@host" });
      second.drop();
      await Phone.join(app.url, { ...bob, display_name: "Bob" });
      app.room(event)?.participants.kick(eve.device_id);
      await until("kicked", () => third.closedWith !== undefined);
      first.drop();
      await until("heard of the expiry", () => raw.count("participant_left") === 2);
      for (const path of [
        "/metrics",
        "/monitor/api",
        `/monitor/api/room?roomId=${raw.reservation.roomId}`,
        "/readyz",
        "/",
      ])
        say(path, (await ask(app.url, path)).text);
      say("the log", logged);
      await app.room(event)?.closeEvent();

      // the search could find something
      expect(logged).to.contain(ann.device_id).and.contain("grace_expired").and.contain("refused");
      const all = said.map(({ bytes }) => bytes.toString("latin1")).join("\n");
      expect(all).to.contain("holdfast_joins_total").and.contain('"event_id"').and.contain("Bob");
      expect(store.seen.size, "hashes, and in open mode proofs, are in the store").to.be.at.least(
        authMode === "open" ? 8 : 4,
      );
      const hashOf = (token: string) => createHash("sha256").update(token).digest("base64url");
      expect([...store.seen], "reconnection tokens are kept as hashes").to.include(
        hashOf(tokens[0] as string),
      );

      const sessionTokens = [ann, bob, eve, listener].map(({ session_token }) => session_token);
      const never = [
        ...[...sessionTokens, ...tokens, raw.token as string, wrong, secret].flatMap(formsOf),
        ...store.seen,
        "127.0.0.1",
        "::ffff:",
        ...sessionTokens.flatMap((token) => (authMode === "token" ? token.split(".").slice(1) : [])),
      ];
      const found = never.flatMap((text) =>
        said.filter(({ bytes }) => bytes.includes(text)).map(({ where }) => `${where} holds ${text}`),
      );
      expect(found).to.deep.equal([]);
      for (const token of sessionTokens) expect(JSON.stringify([...store.seen])).to.not.contain(token);
    });

    it("[A7] a reserved seat keeps nothing of its join's options: neither its token nor what a stranger added", async () => {
      const me = await guest(newEvent());
      const { reservation } = await matchmake(app.url, { ...me, extra: { nested: [1] }, maxClients: 1 });
      const seats: Record<string, unknown[]> = Reflect.get(app.room(me.event_id) as object, "_reservedSeats");
      expect(seats[reservation?.sessionId as string]?.[0]).to.deep.equal({});
    });
  });
}
