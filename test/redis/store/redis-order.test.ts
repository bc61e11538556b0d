// The commit queue and the Redis store against a model, on a way where answers are lost and what was sent arrives late,
// or twice: what was told stays stored, and nothing older ever comes in its place.
import { expect } from "chai";
import fc from "fast-check";
import { Redis } from "ioredis";
import { systemClock } from "../../../src/clock.ts";
import { CommitQueue } from "../../../src/store/commit-queue.ts";
import type { Committer } from "../../../src/store/committer.ts";
import { loadEvent } from "../../../src/store/redis/redis-keys.ts";
import { RedisStore } from "../../../src/store/redis/redis-store.ts";
import type { EventBatch } from "../../../src/store/seat-store.ts";
import { Delay } from "../../../harness/servers/redis/delay.ts";
import { describeWithRedis, RedisServer } from "../../../harness/servers/redis/redis.ts";
import { quiet, until } from "../../../harness/wait.ts";
import { batch, seat } from "../../../harness/contracts/store-contract.ts";

const devices = ["a", "b", "c"];

/** An event whose seats have versions: what it has decided, and what was told. 0 is no seat. */
class Model implements Committer {
  readonly id: string;
  readonly queue: CommitQueue;
  readonly now = new Map(devices.map((device) => [device, 0]));
  readonly told = new Map(devices.map((device) => [device, 0]));
  #touched = new Set<string>();
  #taken: Map<string, number> | undefined;
  #version = 0;

  constructor(id: string, queue: CommitQueue) {
    this.id = id;
    this.queue = queue;
    queue.join(this);
  }

  decide(device: string, isGone: boolean): void {
    this.#version += 1;
    this.now.set(device, isGone ? -this.#version : this.#version);
    this.#touched.add(device);
    this.queue.request(this);
  }

  takeDecided(isWhole: boolean): EventBatch | undefined {
    if (this.#taken !== undefined || (this.#touched.size === 0 && !isWhole)) return undefined;
    const taken = isWhole ? devices : [...this.#touched];
    this.#taken = new Map(taken.map((device) => [device, this.now.get(device) as number]));
    this.#touched = new Set();
    const has = (device: string) => (this.now.get(device) as number) > 0;
    const upserts = taken.filter(has).map((device) => seat(device, String(this.now.get(device))));
    return batch(this.id, { upserts, removals: taken.filter((device) => !has(device)), isWhole });
  }

  committed(): void {
    for (const [device, version] of this.#taken ?? []) this.told.set(device, version);
    this.#taken = undefined;
    if (this.#touched.size > 0) this.queue.request(this);
  }

  putBack(): void {
    for (const device of this.#taken?.keys() ?? []) this.#touched.add(device);
    this.#taken = undefined;
  }

  postpone(): void {}

  /** What Redis has to have. */
  expected(): Record<string, string> {
    const here = [...this.now].filter(([, version]) => version > 0);
    return Object.fromEntries(here.map(([device, version]) => [device, String(version)]));
  }
}

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constant("decide" as const),
      event: fc.nat(1),
      device: fc.nat(2),
      isGone: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constantFrom(
        "hold" as const,
        "deafen" as const,
        "reconnect" as const,
        "deliver" as const,
        "repeat" as const,
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant("wait" as const), ms: fc.constantFrom(5, 60, 200) }),
  },
);

describeWithRedis("durable seats: the order of writes, against a model", function () {
  this.timeout(120_000);
  let redis: RedisServer;
  let reader: Redis;
  before(async () => {
    redis = await RedisServer.start();
    reader = new Redis(redis.url);
  });
  after(async () => {
    reader.disconnect();
    await redis.stop();
  });
  const stored = async (id: string) =>
    Object.fromEntries(
      ((await loadEvent(reader, id))?.seats ?? []).map(({ record, own }) => [record.deviceId, own]),
    );

  it("[D20] over any history of lost answers, late and repeated writes, what is stored in the end is what was decided last", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 40 }), async (steps) => {
        await redis.command("flushall");
        const way = await new Delay(redis.port).start();
        const store = new RedisStore(`redis://127.0.0.1:${way.port}`, undefined, { commandTimeoutMs: 100 });
        await store.open();
        const queue = new CommitQueue(
          store,
          systemClock,
          { reportError() {} },
          { holds: () => true, fenced() {} },
        );
        await queue.start();
        const events = [new Model("e", queue), new Model("f", queue)];
        const late: (() => void)[] = [];
        try {
          for (const one of steps) {
            if (one.does === "decide") events[one.event]?.decide(devices[one.device] as string, one.isGone);
            else if (one.does === "hold") way.hold();
            else if (one.does === "deafen") way.isDeaf = true;
            else if (one.does === "reconnect") late.push(way.reconnect());
            else if (one.does === "deliver") late.shift()?.();
            else if (one.does === "repeat") late[0]?.();
            else if (one.does === "wait") await quiet(one.ms);
          }
          late.push(way.reconnect());
          await until("everything is stored", () => {
            const isTold = events.every(({ now, told }) => devices.every((d) => now.get(d) === told.get(d)));
            return queue.state === "ok" && isTold;
          });
          for (const deliver of late) deliver();
          await quiet(30);
          await reader.ping();
          for (const event of events)
            expect(await stored(event.id), event.id).to.deep.equal(event.expected());
        } finally {
          await queue.stop();
          await store.close();
          way.close();
        }
      }),
      { numRuns: Number(process.env.ORDER_RUNS ?? 12) },
    );
  });
});
