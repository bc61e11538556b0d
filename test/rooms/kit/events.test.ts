// Events of a test: several at once, hosts and observers, what an author's code throws, and their end.
import { deepEqual, equal, rejects, throws } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { z } from "zod";
import { EventRoom, hostOnly, Refusal } from "../../../src/holdfast.ts";
import { JoinRefused, testEvent } from "../../../src/testing/index.ts";

class QuizRoom extends EventRoom {
  opened: unknown;
  override messages = { start: hostOnly(() => void this.announce("started")) };
  override onEventOpened(options?: unknown): void {
    this.opened = options;
  }
}
class BuzzerRoom extends EventRoom {
  override joinOptions = z.object({ team: z.string() });
  override async onSeatRequested(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 20)); // asks somebody who takes the machine's time
  }
  override onSeatTaken(): void {
    throw new Error("a mistake of the author's");
  }
}

describe("the kit: events", () => {
  it("[V50] several at once share a server and its clock, whatever their classes; what is of other settings waits", async () => {
    const first = await testEvent(QuizRoom, { options: { topic: "rivers" } });
    const second = await testEvent(QuizRoom);
    const other = await testEvent(BuzzerRoom, { config: {} });
    const ann = await first.join("ann");
    await second.join("ann");
    equal(first.room instanceof QuizRoom, true);
    equal(other.room instanceof BuzzerRoom, true);
    deepEqual(first.room.opened, { topic: "rivers" });
    deepEqual(ann.saw(), []);
    equal(first.clock.now(), other.clock.now());
    await rejects(testEvent(QuizRoom, { config: { gracePeriodMs: 5 } }), /one process has one server/);
    await first.close();
    await second.close();
    await other.close();
    const later = await testEvent(QuizRoom, { config: { gracePeriodMs: 5 } });
    await later.close();
  });

  it("[V50] one that is closed is gone, with its room and its phones, whoever is open beside it", async () => {
    const kept = await testEvent(QuizRoom);
    const ann = await kept.join("ann");
    let hooks = 0;
    class NotingRoom extends EventRoom {
      override onSeatAway(): void {
        hooks += 1;
      }
      override onEventEnded(): void {
        hooks += 1;
      }
    }
    const event = await testEvent(NotingRoom);
    const bob = await event.join("bob");
    await event.close();
    await kept.settle();
    equal(bob.status, "away");
    throws(() => event.room, /has no room/);
    await kept.restart();
    throws(() => event.room, /has no room/);
    await ann.return();
    equal(ann.status, "connected");
    equal(hooks, 0);
    await kept.close();
  });

  it("[V50] what nobody has waited for when the last of them is closed holds up none that is opened later", async () => {
    class TakingRoom extends EventRoom {
      override onEventOpened(): void {
        this.onPublish("taken", z.unknown(), () => {});
      }
    }
    for (let round = 0; round < 3; round++) {
      const event = await testEvent(TakingRoom);
      const ann = await event.join("ann");
      void ann.publish("taken"); // and the test has failed here
      await event.close();
    }
  });

  it("[V51] a host does what only a host may, an observer sees it, and neither has a seat", async () => {
    const event = await testEvent(QuizRoom);
    const ann = await event.join("ann");
    await event.join("bob");
    const [host, observer] = [await event.host(), await event.observe()];
    await ann.send("start");
    deepEqual(observer.saw(), []);
    await host.send("start");
    equal(await host.act({ action: "kick", device_id: "bob" }), true);
    equal(await host.act({ action: "kick", device_id: "nobody" }), false);
    for (const each of [ann, host, observer])
      deepEqual(each.saw().slice(-2), [
        { type: "announcement", name: "started" },
        { type: "participant_left", device_id: "bob", reason: "kicked" },
      ]);
    deepEqual(Object.keys(observer.roster), ["ann"]);
    await event.close();
  });

  it("[V52] what an author's code throws is in the event's errors; what it waits for outside takes no time of the clock", async () => {
    const event = await testEvent(BuzzerRoom, { config: { logLevel: "silent" } });
    const before = event.clock.now();
    await event.join("ann", { options: { team: "red" } });
    equal(event.clock.now(), before);
    deepEqual(
      event.errors.map(({ message }) => message),
      ["a mistake of the author's"],
    );
    await rejects(event.join("bob"), (error: JoinRefused) => {
      deepEqual([error.code, error.reason], [400, "invalid_field"]);
      return true;
    });
    await event.close();
  });

  it("[V52] a refusal of the author's has its own code and sentence", async () => {
    class Closed extends EventRoom {
      override onSeatRequested(): void {
        throw new Refusal(409, "The doors are closed");
      }
    }
    const event = await testEvent(Closed);
    await rejects(event.join("ann"), { name: "JoinRefused", code: 409, message: "The doors are closed" });
    await event.close();
  });

  it("[V55] each line that the server logs is in the event's log, over its lives; the level says only what is written", async () => {
    class LoudRoom extends EventRoom {
      override messages = { boom: () => Promise.reject(new Error("a mistake")) };
    }
    const written: string[] = [];
    const write = process.stderr.write.bind(process.stderr);
    process.stderr.write = (text) => written.push(String(text)) > 0;
    try {
      for (const [logLevel, wanted] of [
        ["silent", []],
        ["warn", ["onMessage"]],
        ["info", ["presence", "onMessage"]],
      ] as const) {
        written.length = 0;
        const event = await testEvent(LoudRoom, { config: { logLevel } });
        const ann = await event.join("ann");
        await event.crash();
        await ann.return();
        await ann.send("boom");
        const about = event.log.filter(({ event_id }) => event_id === event.eventId);
        deepEqual(
          about
            .filter(({ transition }) => transition !== undefined)
            .map(({ transition, level }) => [transition, level]),
          [
            ["join", 30],
            ["return_completed", 30],
          ],
        );
        deepEqual(
          about.filter(({ level }) => level >= 40).map(({ where, device_id }) => [where, device_id]),
          [["onMessage", "ann"]],
        );
        equal(event.errors[0]?.message, "a mistake");
        const kinds = new Set(
          written
            .map((line) => JSON.parse(line))
            .map(({ where, transition }) => where ?? (transition && "presence")),
        );
        deepEqual([...kinds].filter(Boolean), wanted);
        await event.close();
      }
    } finally {
      process.stderr.write = write;
    }
  });

  it("[V53] a process whose events are closed ends by itself; one that was forgotten is named", () => {
    const script = (last: string) => `
      import { testEvent } from "./src/testing/index.ts";
      const event = await testEvent(undefined, { eventId: "mine" });
      const ann = await event.join("ann");
      const bob = await event.join("bob");
      await ann.drop();
      await bob.reload();
      await event.restart();
      await event.crash();
      await ann.return();
      ${last}`;
    const run = (last: string) =>
      spawnSync(process.execPath, ["--input-type=module-typescript", "-e", script(last)], {
        encoding: "utf8",
        timeout: 60_000,
      });
    const closed = run("await event.close();");
    deepEqual([closed.status, closed.signal, closed.stderr], [0, null, ""]);
    const forgotten = run("await ann.vanish();"); // as after a test that failed: its runner must end
    const named = 'holdfast/testing: never closed: "mine"; call close() when a test is over\n';
    deepEqual([forgotten.status, forgotten.signal, forgotten.stderr], [0, null, named]);
  });

  it("[V50] one that is opened while the last closes has a server", async () => {
    const first = await testEvent(QuizRoom);
    const closing = first.close();
    const next = await testEvent(QuizRoom, { config: { gracePeriodMs: 5 } });
    await closing;
    const opening = testEvent(QuizRoom, { config: { gracePeriodMs: 5 } });
    await next.close();
    const last = await opening;
    await last.join("ann");
    await last.close();
  });

  it("[V50] one that could not be opened leaves nothing behind", async () => {
    await rejects(testEvent(QuizRoom, { eventId: "" }), /invalid eventId/);
    await rejects(testEvent(QuizRoom, { config: { gracePeriodMs: -5 } }), /gracePeriodMs/);
    const other = await testEvent(QuizRoom, { config: { gracePeriodMs: 5 } });
    await other.close();
  });

  it("[V50] one that is closed is joined by nobody, also while others are open", async () => {
    const [first, other] = [await testEvent(QuizRoom), await testEvent(QuizRoom)];
    await first.close();
    for (const join of [first.join("ann"), first.host(), first.observe()])
      await rejects(join, /is closed: nobody can join it any more/);
    await other.close();
  });
});
