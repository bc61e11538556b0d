// A history of a cluster in trouble, in the manner of Jepsen: real processes and a real Redis, random kills, stalls,
// restarts and pauses, two hundred clients that write down what they see, and a checker that knows only that.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Random } from "../fuzz/random.ts";
import { clusterLines, TestCluster } from "../servers/cluster/cluster.ts";
import { now } from "../wait.ts";
import { Chaos, type Trouble } from "./chaos.ts";
import { violationsIn } from "./check.ts";
import type { Evidence } from "./evidence.ts";
import { Visitor } from "./visitor.ts";

export interface HistoryOptions {
  readonly seconds: number;
  readonly seed: number;
  readonly processes: number;
  readonly events: number;
  readonly clients: number;
  readonly maxStallMs: number;
  /** The guard that is taken away: the checker must see that. */
  readonly without: Guard | undefined;
  /** Which troubles there are. */
  readonly kinds: readonly Trouble[];
  /** The part of the clients that go away for good now and then; as many say goodbye instead. */
  readonly wandererPart: number;
  /** How long everyone may take to be back after the last trouble. */
  readonly healMs: number;
  readonly log: (line: string) => void;
}

/** What keeps a cluster right: see harness/servers/cluster/cluster-server.ts. */
export const guards = ["fence", "proof", "run", "order", "confirmation"] as const;
export type Guard = (typeof guards)[number];

export interface HistoryReport {
  readonly violations: string[];
  readonly summary: string;
  /** How much happened: a history without trouble proves nothing. */
  readonly counts: HistoryCounts;
}

export interface HistoryCounts {
  readonly connections: number;
  readonly announcements: number;
  readonly epochs: number;
  readonly absences: number;
  /** By kind. */
  readonly troubles: ReadonlyMap<string, number>;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs one history and judges it. The grace is longer than any single trouble lasts, so nobody may be lost. */
export async function runHistory(options: HistoryOptions): Promise<HistoryReport> {
  const { seconds, seed, maxStallMs, log, healMs, kinds } = options;
  const random = new Random(seed);
  const graceMs = maxStallMs + 12_000;
  const cluster = await TestCluster.start({
    size: options.processes - 1,
    script: "harness/servers/cluster/cluster-server.ts",
    env: { GRACE_PERIOD_MS: String(graceMs), GUARD_OFF: options.without ?? "", LOG_LEVEL: "info" },
    hasReplica: true,
    hasBadNetwork: true,
  });
  // [K15] in the midst of a deploy that changes the grace: whoever announced a deadline, the shorter one is kept at least
  await cluster.add({ GRACE_PERIOD_MS: String(2 * graceMs) });
  const crowd = new Crowd(cluster.url, options);
  const running = crowd.run();
  const lateness = monitorEventLoopDelay();
  lateness.enable();
  const chaos = new Chaos(cluster, {
    random: () => random.next(),
    maxStallMs,
    maxRedisPauseMs: 3000,
    kinds,
    askBack: () => crowd.askBack(random.next()),
    log,
  });
  try {
    await waitUntil("everyone is in", () => crowd.isThere(), 60_000, log);
    const wandering = crowd.wander(seconds * 1000, graceMs * 3 + 5000, () => random.next());
    await chaos.run(seconds * 1000);
    log("no more trouble: waiting for everyone");
    await wandering;
    const isHealed = await waitUntil("everyone is back", () => crowd.isWhole(), healMs, log).then(
      () => true,
      () => false,
    );
    const heardLateMs = lateness.max / 1e6;
    const evidence: Evidence = { graceMs, heardLateMs, ...crowd.evidence(), owned: ownersIn(chaos) };
    const late = isHealed ? [] : [`after ${healMs} ms not everyone is back, or seen as connected`];
    const violations = [...late, ...violationsIn(evidence)];
    for (const violation of violations.slice(0, 5)) log(`${violation}\n${crowd.diaryOf(violation)}`);
    const counts = countsOf(evidence, chaos);
    return { violations, summary: summaryOf(counts, heardLateMs), counts };
  } finally {
    lateness.disable();
    crowd.stop();
    await running;
    await cluster.stop();
  }
}

/** Everyone in this history. */
class Crowd {
  readonly #events: readonly string[];
  readonly #observers: readonly Visitor[];
  readonly #visitors: readonly Visitor[];

  constructor(url: string, { seed, events, clients, wandererPart }: HistoryOptions) {
    this.#events = Array.from({ length: events }, (_, i) => `history ${seed} ${i}`);
    this.#observers = this.#events.map(
      (event_id, i) => new Visitor(url, `observer ${i}`, { event_id, role: "observer" }),
    );
    this.#visitors = Array.from({ length: clients }, (_, i) =>
      newVisitor(url, this.#events, i, clients * wandererPart),
    );
  }

  #all(): Visitor[] {
    return [...this.#observers, ...this.#visitors];
  }

  /** What happened to the client that a violation begins with, and what was told of it. */
  diaryOf(violation: string): string {
    const [, name] = /^((?:device|observer) \d+)/.exec(violation) ?? [];
    const diary = this.#all().find((visitor) => visitor.name === name)?.diary ?? [];
    const told = this.#all().flatMap(({ spans }) => spans.flatMap(({ heard }) => heard));
    const words = told
      .filter(({ device }) => device === name)
      .map(({ at, type, reason, epoch, seq }) => `${Math.round(at)} told: ${type} ${reason} ${epoch}:${seq}`);
    return [...new Set([...diary, ...words])]
      .toSorted()
      .map((line) => `        ${line}`)
      .join("\n");
  }

  async run(): Promise<void> {
    await Promise.all(this.#all().map((visitor, i) => sleep(i * 10).then(() => visitor.run())));
  }

  stop(): void {
    for (const visitor of this.#all()) visitor.stop();
  }

  isThere(): boolean {
    return this.#all().every(({ isThere }) => isThere);
  }

  /** Everyone is there, and everyone's observer sees it. */
  isWhole(): boolean {
    const isSeen = (observer: Visitor, i: number) => {
      const statuses = [...observer.roster().values()];
      const expected = this.#visitors.filter(({ story }) => story?.event === this.#events[i]);
      return statuses.length === expected.length && statuses.every((status) => status === "connected");
    };
    return this.isThere() && this.#observers.every(isSeen);
  }

  /** Some go away, for longer than their grace, and come again. */
  async wander(forMs: number, awayMs: number, random: () => number): Promise<void> {
    const until = now() + forMs;
    const wanderers = this.#visitors.filter(({ story }) => story?.kind === "wanders");
    const wandering = wanderers.map(async (visitor) => {
      while (now() < until) {
        await sleep(random() * 10_000);
        await visitor.wander(awayMs);
      }
    });
    const leavers = this.#visitors.filter(({ story }) => story?.kind === "leaves");
    const leaving = leavers.map(async (visitor) => {
      while (now() < until) {
        await sleep(random() * 8000);
        await visitor.sayGoodbye(random() * 2000);
      }
    });
    await Promise.all([...wandering, ...leaving]);
  }

  /** Some room's author asks everyone back. */
  askBack(draw: number): void {
    this.#visitors[Math.floor(draw * this.#visitors.length)]?.askEveryoneBack();
  }

  evidence(): Omit<Evidence, "graceMs" | "heardLateMs" | "owned"> {
    const rosters = this.#all().map((visitor) => ({
      event: visitor.event,
      client: visitor.name,
      devices: [...visitor.roster().keys()],
    }));
    const stories = this.#visitors.flatMap(({ story }) => story ?? []);
    return { spans: this.#all().flatMap(({ spans }) => spans), stories, rosters };
  }
}

function ownersIn({ all }: Chaos): Evidence["owned"] {
  return all.flatMap((process) =>
    clusterLines(process)
      .filter(({ cluster: word }) => word === "opened" || word === "adopted")
      .map(({ event_id: event, epoch, time: at }) => ({
        process: String(process.child.pid),
        event,
        epoch,
        at,
      })),
  );
}

function newVisitor(url: string, events: readonly string[], i: number, wanderers: number): Visitor {
  const event = events[i % events.length] as string;
  const device = `device ${i}`;
  const kind = i < wanderers ? "wanders" : i < 2 * wanderers ? "leaves" : "stays";
  return new Visitor(url, device, { event_id: event, device_id: device, session_token: `token ${i}` }, kind);
}

async function waitUntil(
  what: string,
  isSo: () => boolean,
  limitMs: number,
  log: (line: string) => void,
): Promise<void> {
  const startedAt = now();
  while (!isSo()) {
    if (now() - startedAt > limitMs) throw new Error(`not within ${limitMs} ms: ${what}`);
    await sleep(50);
  }
  log(`${what} after ${Math.round(now() - startedAt)} ms`);
}

function countsOf({ spans, owned, stories }: Evidence, chaos: Chaos): HistoryCounts {
  return {
    connections: spans.length,
    announcements: spans.reduce((sum, span) => sum + span.heard.length, 0),
    epochs: owned.length,
    absences: stories.reduce((sum, story) => sum + story.absences.length, 0),
    troubles: chaos.counts,
  };
}

function summaryOf(counts: HistoryCounts, heardLateMs: number): string {
  const { connections, announcements, epochs, absences } = counts;
  const troubles = [...counts.troubles].map(([name, count]) => `${name} ${count}`).join(", ");
  return `${troubles}; ${epochs} epochs, ${connections} connections, ${announcements} announcements heard, ${absences} absences, held up for ${Math.round(heardLateMs)} ms at most`;
}
