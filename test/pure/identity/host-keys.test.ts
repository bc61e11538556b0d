// Hosts in open mode: links that work once, tokens that outlive the process, and what takes them back.
import { createHmac } from "node:crypto";
import { expect } from "chai";
import { codeLifeMs, hostSecretName, newSecret } from "../../../src/identity/host-codes.ts";
import { HostKeys } from "../../../src/identity/host-keys.ts";
import { MemoryStore } from "../../../src/store/memory-store.ts";
import { FakeClock } from "../../../harness/fake-clock.ts";

/** A store that counts how often it is asked, and may be out of reach. */
class CountingStore extends MemoryStore {
  asked = 0;
  isAway = false;
  override async secret(...question: Parameters<MemoryStore["secret"]>): Promise<string> {
    this.asked += 1;
    if (this.isAway) throw new Error("away");
    return super.secret(...question);
  }
}

/** Codes and tokens as texts. */
class Keys extends HostKeys {
  code = (eventId?: string) => this.newCode(eventId).code;
  spend = async (code: string) => (await this.redeem(code))?.token;
  isHost = async (token: string) => (await this.eventOf(token)) !== undefined;
}

describe("hosts of open mode", () => {
  let store: CountingStore;
  let clock: FakeClock;
  let keys: Keys;
  const another = async (): Promise<Keys> => {
    const made = new Keys(clock);
    await made.keepIn(store);
    return made;
  };
  beforeEach(async () => {
    store = new CountingStore();
    clock = new FakeClock();
    keys = await another();
  });

  it("[A30] a code makes one host, once, in whichever process of the store, and for a day", async () => {
    const code = keys.code();
    expect(code).to.match(/^[\w.-]+$/);
    const token = (await (await another()).spend(code)) as string;
    expect(await keys.isHost(token)).to.equal(true);
    expect(await keys.spend(code)).to.equal(undefined);
    expect(await (await another()).spend(code)).to.equal(undefined);
    const late = keys.code();
    await clock.advance(codeLifeMs);
    expect(await keys.spend(late)).to.be.a("string");
    const tooLate = keys.code();
    await clock.advance(codeLifeMs + 1);
    expect(await keys.spend(tooLate)).to.equal(undefined);
  });

  it("[A30] two browsers that follow one link at once make one host", async () => {
    const code = keys.code();
    const [other] = [await another()];
    const made = await Promise.all([keys.spend(code), other.spend(code), keys.spend(code)]);
    expect(made.filter((token) => token !== undefined)).to.have.length(1);
  });

  it("[A30] a code is no token, a token no code, and neither is what somebody has changed or made up", async () => {
    const code = keys.code();
    const token = (await keys.spend(keys.code())) as string;
    expect(await keys.isHost(code)).to.equal(false);
    expect(await keys.spend(token)).to.equal(undefined);
    const [id = "", until = "", mac = ""] = code.split(".");
    const later = (Number.parseInt(until, 36) + 1000).toString(36);
    for (const wrong of [
      `${id}.${later}.${mac}`,
      `${id}.${mac}`,
      `${mac}`,
      "",
      ".",
      "..",
      `${code}x`,
      code.slice(1),
    ])
      expect(await keys.spend(wrong), wrong).to.equal(undefined);
    for (const wrong of ["", ".", token.slice(0, -1), `x${token}`, "x".repeat(4096)])
      expect(await keys.isHost(wrong), wrong).to.equal(false);
    const stranger = new Keys(clock);
    await stranger.keepIn(new MemoryStore());
    expect(await keys.isHost((await stranger.spend(stranger.code())) as string)).to.equal(false);
  });

  it("[A31] tokens are good in the next process; another secret takes all of them back within 2 s, and old codes", async () => {
    const token = (await keys.spend(keys.code())) as string;
    const next = await another();
    expect(await next.isHost(token)).to.equal(true);
    const code = keys.code();
    const kept = await store.secret(hostSecretName, "");
    await store.secret(hostSecretName, newSecret(), kept);
    const newest = await another();
    await clock.advance(100);
    expect(await next.isHost((await newest.spend(newest.code())) as string), "a new one at once").to.equal(
      true,
    );
    await clock.advance(2000);
    for (const each of [keys, next]) {
      expect(await each.isHost(token)).to.equal(false);
      expect(await each.spend(code)).to.equal(undefined);
    }
  });

  it("[A31] the store is asked seldom, whatever strangers send; while it is away what it said last is true", async () => {
    const token = (await keys.spend(keys.code())) as string;
    const code = keys.code();
    store.asked = 0;
    for (let i = 0; i < 1000; i++) await keys.isHost(`${i}.wrong`);
    expect(store.asked).to.be.below(3);
    store.isAway = true;
    await clock.advance(5000);
    expect(await keys.isHost(token)).to.equal(true);
    const refusal = await keys.spend(code).catch((error: unknown) => error);
    expect(refusal).to.include({ code: 503 });
    store.isAway = false;
    expect(await keys.spend(code), "it was not spent").to.be.a("string");
  });

  it("[W65] a code for one event makes a host of that one alone, in every process; earlier versions take it for nobody's", async () => {
    const eventId = "Ünï.\u{1F389}";
    const { code, expiresAt } = keys.newCode(eventId);
    expect(expiresAt).to.equal(clock.now() + codeLifeMs);
    const { token = "", ...rest } = (await (await another()).redeem(code)) ?? {};
    expect(rest).to.deep.equal({ eventId });
    expect(await (await another()).eventOf(token)).to.equal(eventId);
    expect(await keys.eventOf((await keys.spend(keys.code())) ?? "")).to.equal("*");
    const secret = await store.secret(hostSecretName, "");
    for (const [kind, text] of Object.entries({ code, token })) {
      const at = text.lastIndexOf(".");
      const earlier = createHmac("sha256", secret)
        .update(`${kind} ${text.slice(0, at)}`)
        .digest("base64url");
      expect(text.slice(at + 1), kind).to.not.equal(earlier);
    }
    const [random, , mac] = token.split(".");
    expect(await keys.eventOf(`${random}.${Buffer.from("*").toString("base64url")}.${mac}`)).to.equal(
      undefined,
    );
    expect(await keys.eventOf(`${random}.${mac}`)).to.equal(undefined);
  });
});
