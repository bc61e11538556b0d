// What a host does to one, to some, to everyone who is away and to all: who is told what of it, in which order, and what is
// left of it after a server's death. On the test kit.
import { deepEqual, equal, rejects } from "node:assert/strict";
import { EventRoom, MemoryStore } from "../../../src/holdfast.ts";
import type { HostAction, HostActionResult } from "../../../src/protocol/session.ts";
import { type HostPhone, type Phone, type TestEvent, testEvent } from "../../../src/testing/index.ts";

const graceMs = 20_000;

/** Counts what is stored, and of how many seats. */
class CountingStore extends MemoryStore {
  readonly commits: { readonly upserts: number; readonly removals: number }[] = [];

  override commit(...args: Parameters<MemoryStore["commit"]>): ReturnType<MemoryStore["commit"]> {
    for (const { upserts, removals } of args[0])
      this.commits.push({ upserts: upserts.length, removals: removals.length });
    return super.commit(...args);
  }
}

class CountingRoom extends EventRoom {
  readonly left: string[] = [];

  override onSeatLeft({ device_id }: { readonly device_id: string }): void {
    this.left.push(device_id);
  }
}

describe("what a host does to several", () => {
  const store = new CountingStore();
  let event: TestEvent<CountingRoom>;
  let host: HostPhone;
  let phones: Record<"ann" | "ben" | "cem" | "dora", Phone>;

  beforeEach(async () => {
    event = await testEvent(CountingRoom, { config: { gracePeriodMs: graceMs }, store });
    host = await event.host();
    phones = {
      ann: await event.join("ann"),
      ben: await event.join("ben"),
      cem: await event.join("cem"),
      dora: await event.join("dora"),
    };
    for (const phone of [host, ...Object.values(phones)]) phone.forget();
  });
  afterEach(() => event.close());

  const ask = (action: HostAction) => host.request("host_action", action) as Promise<HostActionResult>;
  const told = (text: string) => ({ type: "told", name: "host_message", payload: { text } }) as const;

  it("[W94] kicks some, each once, and says whom; who is not there is nobody", async () => {
    const devices = ["cem", "nobody", "ann", "cem"];
    deepEqual(await ask({ action: "kick", device_ids: devices }), { done: true, done_for: ["cem", "ann"] });
    deepEqual(
      host.saw("participant_left"),
      ["cem", "ann"].map((device_id) => ({ type: "participant_left", device_id, reason: "kicked" })),
    );
    equal(phones.ann.closedWith, 4500);
    equal(phones.ben.status, "connected");
    deepEqual(await ask({ action: "kick", device_ids: devices }), { done: false, done_for: [] });
    deepEqual(await ask({ action: "kick", device_id: "ann" }), { done: false });
    deepEqual(await host.actOn({ action: "kick", to: "all" }), ["ben", "dora"]);
    deepEqual(Object.keys(host.roster), []);
  });

  it("[W94] readmits whom it has removed, as someone new", async () => {
    await ask({ action: "kick", device_ids: ["ann", "ben", "cem"] });
    await rejects(event.join("ann"), { reason: "kicked" });
    deepEqual(await ask({ action: "readmit", device_ids: ["ann", "dora"] }), {
      done: true,
      done_for: ["ann"],
    });
    await event.join("ann");
    await rejects(event.join("ben"), { reason: "kicked" });
    deepEqual(await host.actOn({ action: "readmit", to: "away" }), []);
    deepEqual(await host.actOn({ action: "readmit", to: "all" }), ["ben", "cem"]);
    await event.join("ben");
    equal(await host.act({ action: "readmit", device_id: "cem" }), false);
  });

  it("[W94] extends and ends the grace of everyone who is away, and touches nobody else", async () => {
    await phones.ann.drop();
    await event.advance(1000);
    await phones.ben.drop();
    const until = (name: string) => host.roster[name]?.grace_expires_at ?? 0;
    const before = [until("ann"), until("ben"), until("cem")];
    deepEqual(await host.actOn({ action: "extend_grace", to: "away", by_ms: 120_000 }), ["ann", "ben"]);
    deepEqual(
      [until("ann"), until("ben"), until("cem")],
      [(before[0] ?? 0) + 120_000, (before[1] ?? 0) + 120_000, 0],
    );
    deepEqual(await host.actOn({ action: "extend_grace", to: "all", by_ms: 1 }), ["ann", "ben"]);
    await event.advance(graceMs + 60_000);
    deepEqual(host.saw("participant_left"), []);
    deepEqual(await host.actOn({ action: "end_grace", device_ids: ["ben", "cem"] }), ["ben"]);
    deepEqual(await host.actOn({ action: "end_grace", to: "away" }), ["ann"]);
    deepEqual(
      host.saw("participant_left"),
      ["ben", "ann"].map((device_id) => ({ type: "participant_left", device_id, reason: "grace_expired" })),
    );
    deepEqual(Object.keys(host.roster).toSorted(), ["cem", "dora"]);
  });

  it("[W95] all that one action decides is one commit, and its author hears of each in order", async () => {
    await phones.ann.drop();
    const before = store.commits.length;
    await host.actOn({ action: "kick", to: "all" });
    deepEqual(
      store.commits.slice(before).map(({ removals }) => removals),
      [4],
    );
    deepEqual(event.room.left, ["ann", "ben", "cem", "dora"]);
  });

  it("[W98] a message to one or some waits for those who are away, over a server's death, too", async () => {
    await phones.ben.drop();
    const text = "Come to the front, please.";
    deepEqual(await host.actOn({ action: "message", device_ids: ["ann", "ben", "eve"], text }), [
      "ann",
      "ben",
    ]);
    equal(await host.act({ action: "message", device_id: "cem", text }), true);
    equal(await host.act({ action: "message", device_id: "eve", text }), false);
    deepEqual([phones.ann.saw("told"), phones.cem.saw("told")], [[told(text)], [told(text)]]);
    deepEqual(phones.dora.saw("told"), []);
    await event.crash();
    await phones.ben.return();
    deepEqual(phones.ben.saw("told"), [told(text)]);
    host = await event.host();
    deepEqual(await host.actOn({ action: "message", to: "away", text: "Hurry" }), ["ann", "cem", "dora"]);
    await phones.dora.return();
    deepEqual(phones.dora.saw("told"), [told("Hurry")]);
  });

  it("[W98] a message to all is announced to everyone, and to who was away when it is back; a stock client hears it", async () => {
    const stock = await event.join("eve", { client: "stock" });
    await phones.ben.drop();
    equal(await host.act({ action: "message", to: "all", text: "Five minutes" }), true);
    const announced = { type: "announcement", name: "host_message", payload: { text: "Five minutes" } };
    for (const phone of [phones.ann, host, stock]) deepEqual(phone.saw("announcement"), [announced]);
    deepEqual(phones.ben.saw("announcement"), []);
    await phones.ben.return();
    deepEqual(phones.ben.saw("announcement"), [announced]);
  });

  it("[W107] a message to all reaches who was away over a server's death, by our client and by a stock one, once", async () => {
    const stock = await event.join("eve", { client: "stock" });
    await phones.ben.drop();
    await phones.dora.drop();
    await stock.drop();
    equal(await host.act({ action: "message", to: "all", text: "Five minutes" }), true);
    await phones.ben.return();
    deepEqual([phones.ben.saw("announcement").length, phones.ben.saw("told")], [1, []]);
    await phones.ben.drop();
    await event.crash();
    for (const phone of [phones.ben, phones.dora]) await phone.return();
    await stock.reload();
    deepEqual([phones.ben.saw("announcement").length, phones.ben.saw("told")], [1, []]);
    for (const phone of [phones.dora, stock]) deepEqual(phone.saw("told"), [told("Five minutes")]);
    deepEqual(phones.dora.saw("announcement"), []);
    await phones.ann.return();
    deepEqual(phones.ann.saw("told"), []);
  });

  it("[W98] whoever has too much waiting is not told, and named by its absence", async () => {
    await phones.ann.drop();
    for (let count = 0; count < 1000; count += 1) event.room.participants.tell("ann", "n", count);
    await event.settle();
    deepEqual(await host.actOn({ action: "message", device_ids: ["ann", "ben"], text: "Hi" }), ["ben"]);
    await rejects(host.act({ action: "message", device_id: "ann", text: "Hi" }), /Too many messages wait/);
  });

  it("[W100] what is answered is stored, and what is not stored is not answered", async () => {
    await event.holdStore();
    let answer: HostActionResult | undefined;
    const asked = ask({ action: "kick", device_ids: ["ann", "ben"] }).then((result) => (answer = result));
    await event.settle();
    equal(answer, undefined);
    deepEqual(host.saw("participant_left"), []);
    await event.releaseStore();
    deepEqual(await asked, { done: true, done_for: ["ann", "ben"] });
    await event.crash();
    for (const name of ["ann", "ben"]) await rejects(event.join(name), { reason: "kicked" });

    host = await event.host();
    const lost = host.actOn({ action: "kick", to: "all" }).catch((error: Error) => error.name);
    await event.crash("before commit");
    equal(await lost, "ConnectionLost");
    host = await event.host();
    deepEqual(Object.keys(host.roster).toSorted(), ["cem", "dora"]);

    const unanswered = host.actOn({ action: "kick", to: "all" }).catch((error: Error) => error.name);
    await event.crash("after commit");
    equal(await unanswered, "ConnectionLost");
    host = await event.host();
    deepEqual(Object.keys(host.roster), []);
    deepEqual(await host.actOn({ action: "readmit", to: "all" }), ["ann", "ben", "cem", "dora"]);
  });

  it("[W100] a store that takes too long is an error, and what was asked for follows when it can", async () => {
    await event.holdStore();
    const asked = host.act({ action: "kick", device_id: "ann" }).catch((error: Error) => error.message);
    await event.settle();
    await event.advance(3000);
    equal(String(await asked), "It cannot be stored just now; retry in 1000 ms");
    await event.releaseStore();
    deepEqual(host.saw("participant_left").length, 1);
  });

  it("[W99] locks, unlocks and changes the event, and a server's death changes none of it", async () => {
    equal(await host.act({ action: "lock" }), true);
    await rejects(event.join("eve"), { reason: "locked" });
    await event.crash();
    await rejects(event.join("eve"), { reason: "locked" });
    await phones.ann.return();
    host = await event.host();
    equal(await host.act({ action: "change", title: "Quiz", capacity: 4 }), true);
    equal(await host.act({ action: "unlock" }), true);
    await rejects(event.join("eve"), { reason: "full" });
    await rejects(host.act({ action: "change", capacity: 100_000 }), /Invalid capacity/);
  });

  it("[W94] what it cannot be for is refused with a sentence", async () => {
    const ids = (count: number) => Array.from({ length: count }, (_, index) => `${index}`);
    const wrong: [action: unknown, why: RegExp][] = [
      [{ action: "kick" }, /names one of device_id, device_ids and to/],
      [{ action: "kick", device_id: "ann", to: "all" }, /names one of/],
      [{ action: "kick", device_ids: [] }, /device_ids/],
      [{ action: "kick", device_ids: ids(1001) }, /device_ids/],
      [{ action: "end_grace", to: "everyone" }, /to/],
      [{ action: "message", to: "all", text: "" }, /1 to 500 characters/],
      [{ action: "message", to: "all", text: "x".repeat(501) }, /1 to 500 characters/],
      [{ action: "extend_grace", to: "away", by_ms: 0 }, /by_ms/],
    ];
    const frames = wrong.filter(([action]) => JSON.stringify(action).length < 4000);
    for (const [action, why] of frames) {
      const { done, error } = await ask(action as HostAction);
      deepEqual([done, why.test(error ?? "")], [false, true], `${JSON.stringify(action)}: ${error}`);
    }
    equal(await host.act({ action: "message", to: "all", text: "😀".repeat(500) }), true);
    equal(
      ((await phones.ann.request("host_action", { action: "kick", to: "all" })) as HostActionResult).done,
      false,
    );
    deepEqual(Object.keys(host.roster).length, 4);
  });
});
