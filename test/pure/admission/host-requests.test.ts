// What one address may ask as a host, and how fresh codes are found.
import { expect } from "chai";
import { FakeClock } from "../../../harness/fake-clock.ts";
import { randomCode } from "../../../src/host-api/codes.ts";
import { Creations } from "../../../src/host-api/creations.ts";
import type { EventMaker } from "../../../src/host-api/ports.ts";
import {
  HostRequests,
  hostRequestsPerMinute,
  wrongHostsPerMinute,
} from "../../../src/identity/limits/host-requests.ts";
import { eventCodeAlphabet } from "../../../src/protocol/event-details.ts";
import type { Creation, DescribedCreation } from "../../../src/protocol/incoming/opening.ts";
import { Refusal } from "../../../src/protocol/refusal.ts";

const caller = { address: "198.51.100.7", isLocal: false, isShared: false };
const asked = { eventId: undefined, type: undefined, options: undefined, details: {} };

describe("what one address may ask as a host", () => {
  it("[W73] so many requests a minute, and no more; this machine, and who may be everybody, without a limit", async () => {
    const clock = new FakeClock();
    const limits = new HostRequests(clock);
    for (let i = 0; i < hostRequestsPerMinute; i++) limits.asked(caller);
    expect(() => limits.asked(caller))
      .to.throw(Refusal)
      .that.includes({ code: 429, reason: "too_many" });
    limits.asked({ ...caller, address: "198.51.100.8" });
    for (const free of [{ address: "127.0.0.1" }, { isShared: true }])
      for (let i = 0; i <= hostRequestsPerMinute; i++) limits.asked({ ...caller, ...free });
    await clock.advance(60_001);
    limits.asked(caller);
  });

  it("[W73] wrong ones are answered as such, and past the limit with 429", () => {
    const limits = new HostRequests(new FakeClock());
    const wrong = new Refusal(401, "It is none", { reason: "bad_token" });
    for (let i = 0; i < wrongHostsPerMinute; i++) expect(limits.wrong(wrong, caller)).to.equal(wrong);
    expect(limits.wrong(wrong, caller)).to.include({ code: 429, reason: "too_many" });
  });
});

describe("codes of new events", () => {
  const rules = { eventCreation: "anyone", check() {} } as const;
  const free = { creates() {} };
  /** Says that these are taken. */
  class Maker implements EventMaker {
    readonly made: Creation[] = [];
    readonly #taken: ReadonlySet<string>;
    constructor(...taken: string[]) {
      this.#taken = new Set(taken);
    }
    hasType = () => true;
    async open(creation: Creation): Promise<DescribedCreation> {
      this.made.push(creation);
      if (this.#taken.has(creation.eventId) && creation.mustBeNew === true)
        throw new Refusal(409, "There is one", { reason: "already_there" });
      return {
        eventId: creation.eventId,
        type: "event",
        isNew: true,
        event: {} as DescribedCreation["event"],
      };
    }
  }

  it("[W67] have 6 characters of an alphabet in which nothing looks like anything else", () => {
    const codes = new Set(Array.from({ length: 2000 }, randomCode));
    expect(codes.size, "by chance").to.be.greaterThan(1990);
    for (const code of codes) expect(code).to.match(new RegExp(`^[${eventCodeAlphabet}]{6}$`));
    for (const alike of ["0O", "1IL", "2Z", "5S", "6G", "8B", "UV"])
      expect([...alike].filter((each) => eventCodeAlphabet.includes(each)).length, alike).to.be.at.most(1);
  });

  it("[W67] are tried until one is free, and not for ever", async () => {
    const maker = new Maker("A", "B");
    const codes = ["A", "B", "A", "C"];
    const creations = new Creations(maker, free, rules, () => codes.shift() ?? "A");
    expect((await creations.create(asked, caller)).eventId).to.equal("C");
    expect(maker.made.every(({ mustBeNew }) => mustBeNew)).to.equal(true);
    const refusal = await creations.create(asked, caller).catch((error: unknown) => error);
    expect(refusal).to.include({ code: 503 });
    expect(maker.made).to.have.length(12);
  });

  it("[W67] nobody makes an event over HTTP where only the server's own code does; of each, what was not allowed is not made", async () => {
    const maker = new Maker();
    const own = new Creations(maker, free, { ...rules, eventCreation: "server" });
    const limited = new Creations(
      maker,
      {
        creates() {
          throw new Refusal(429, "Too many");
        },
      },
      rules,
    );
    for (const [creations, code] of [
      [own, 403],
      [limited, 429],
    ] as const)
      expect(await creations.create(asked, caller).catch((error: unknown) => error)).to.include({ code });
    expect(maker.made).to.deep.equal([]);
  });
});
