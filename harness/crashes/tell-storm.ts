// A room tells its participants a row of numbers, and each answers every number by publishing it, while connections are
// cut, pages are loaded again and servers are killed. In the end every number must have been handled once and in order by
// each, and every answer once and in order by the room. TELLS chooses how much (npm run soak: all of it); the seed is printed.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type EventSession, joinEvent } from "../../src/client/index.ts";
import { seeded } from "../clients/fakes/fake-environment.ts";
import { Phone } from "../clients/phone.ts";
import { FaultProxy } from "../../src/testing/network/fault-proxy.ts";
import { quiet, until } from "../wait.ts";
import { handledFile, type TellPageOptions, type TellPageReport } from "./tell-page.ts";
import type { World } from "./world.ts";

interface Counts {
  readonly messages: number;
  readonly participants: number;
  /** Processes that the participants' pages share. */
  readonly pages: number;
  readonly cuts: number;
  readonly reloads: number;
  readonly kills: number;
}
const some: Counts = { messages: 100, participants: 6, pages: 2, cuts: 5, reloads: 1, kills: 1 };
const all: Counts = { messages: 1000, participants: 20, pages: 4, cuts: 20, reloads: 3, kills: 3 };
export const tellCounts = process.env.TELLS === "all" ? all : some;

const eventId = "told";
/** Until all of it is handled, when the last fault is over. */
const drainMs = tellCounts === all ? 240_000 : 60_000;
/** Told in one message of the driver's. */
const atOnce = 5;

class Page {
  readonly devices: readonly string[];
  readonly #folder: string;
  readonly #proxy: FaultProxy;
  #child: ChildProcess | undefined;
  report: TellPageReport = { last: [], statuses: [], pending: 0, failures: [] };
  /** Of pages that are gone. */
  readonly failures: string[] = [];

  private constructor(devices: readonly string[], folder: string, proxy: FaultProxy) {
    this.devices = devices;
    this.#folder = folder;
    this.#proxy = proxy;
  }

  static async open(devices: readonly string[], folder: string, port: number): Promise<Page> {
    const page = new Page(devices, folder, await FaultProxy.start(port));
    page.#load();
    return page;
  }

  #load(): void {
    const { devices } = this;
    const options: TellPageOptions = { url: this.#proxy.url, eventId, devices, folder: this.#folder };
    this.#child = fork("harness/crashes/tell-page.ts", [JSON.stringify(options)]);
    this.#child.on("message", (report) => (this.report = report as TellPageReport));
  }

  async reload(): Promise<void> {
    await this.#end();
    this.#load();
  }

  /** A reset at once, or a hole for a while, which ends in one or in nothing. */
  async cut(random: () => number): Promise<void> {
    if (random() < 0.5) return this.#proxy.reset();
    this.#proxy.strand();
    await quiet(random() * 1500);
    if (random() < 0.5) this.#proxy.reset();
    return this.#proxy.heal();
  }

  /** True when all of them have handled everything up to this number, and every answer is acknowledged. */
  isAt(number: number): boolean {
    const { last, pending } = this.report;
    return pending === 0 && last.length > 0 && last.every((each) => each === number);
  }

  told(deviceId: string): number[] {
    return readFileSync(handledFile(this.#folder, deviceId), "utf8").trim().split("\n").map(Number);
  }

  async #end(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null) return;
    const isGone = once(child, "exit");
    child.send("reload");
    await isGone;
    this.failures.push(...this.report.failures);
  }

  async close(): Promise<void> {
    await this.#end();
    await this.#proxy.close();
  }
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** Runs the whole storm, and checks what came of it. */
export async function tellStorm(world: World): Promise<void> {
  const seed = Number(process.env.SEED ?? Date.now() % 100_000);
  const [random, counts] = [seeded(seed), tellCounts];
  console.log(`      ${JSON.stringify(counts)}, SEED=${seed}`);
  const folder = mkdtempSync(join(tmpdir(), "holdfast-tell-"));
  const devices = Array.from({ length: counts.participants }, (_, i) => `page ${i}`);
  const pages = await Promise.all(
    Array.from({ length: counts.pages }, (_, p) =>
      Page.open(
        devices.filter((_device, i) => i % counts.pages === p),
        folder,
        world.port,
      ),
    ),
  );
  const url = `http://127.0.0.1:${world.port}`;
  const driver = joinEvent({ url, eventId, deviceId: "driver", sessionToken: "the secret of the driver" });
  try {
    await until("everyone is there", () => driver.roster.size === counts.participants + 1, 30_000);
    const startedAt = performance.now();
    await suffering(world, { driver, pages, counts, random });
    const toldAt = performance.now();
    const slowest = () => JSON.stringify(pages.map(({ report }) => report));
    const isDone = () => pages.every((page) => page.isAt(counts.messages));
    await until(() => `everything is handled and answered: ${slowest()}`, isDone, drainMs);
    const seconds = (from: number, to: number) => `${((to - from) / 1000).toFixed(1)} s`;
    console.log(
      `      told in ${seconds(startedAt, toldAt)}, handled ${seconds(toldAt, performance.now())} later`,
    );
    const numbers = Array.from({ length: counts.messages }, (_, i) => i + 1);
    for (const page of pages) {
      for (const device of page.devices) expect(page.told(device), device).to.deep.equal(numbers);
      expect([...page.failures, ...page.report.failures]).to.deep.equal([]);
    }
    const observer = await Phone.join(url, { event_id: eventId, role: "observer" });
    const answersOf = (device: string) => Number(observer.sees(device)?.answers);
    await until("the state shows it", () => devices.every((each) => answersOf(each) >= counts.messages));
    for (const device of devices)
      expect(observer.sees(device), device).to.include({ answers: counts.messages, outOfOrder: 0 });
    await observer.room.leave();
  } finally {
    await driver.leave().catch(() => {});
    for (const page of pages) await page.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Storm {
  readonly driver: EventSession;
  readonly pages: readonly Page[];
  readonly counts: Counts;
  readonly random: () => number;
}

/** Tells all the numbers, a part of them while each fault lasts. */
async function suffering(world: World, { driver, pages, counts, random }: Storm): Promise<void> {
  const page = () => pages[Math.floor(random() * pages.length)] as Page;
  const faults = {
    cut: () => page().cut(random),
    reload: () => page().reload(),
    kill: async () => void (await world.kill(eventId, random() * 500)),
  };
  const ahead = shuffled(
    [
      ...Array<"cut">(counts.cuts).fill("cut"),
      ...Array<"reload">(counts.reloads).fill("reload"),
      ...Array<"kill">(counts.kills).fill("kill"),
    ],
    random,
  );
  const share = Math.ceil(counts.messages / (ahead.length + 1));
  const taken: Promise<unknown>[] = [];
  let told = 0;
  for (const fault of [...ahead, undefined]) {
    const isOver = fault === undefined ? undefined : faults[fault]();
    const until = fault === undefined ? counts.messages : Math.min(counts.messages, told + share);
    while (told < until) {
      const [from, to] = [told + 1, Math.min(until, told + atOnce)];
      taken.push(driver.publish("tell", { from, to }));
      told = to;
      await quiet(random() * 60);
    }
    await isOver;
  }
  await Promise.all(taken);
}
