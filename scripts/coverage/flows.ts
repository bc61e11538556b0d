// `npm run coverage:flows`: what of `src` takes part in a drop, a join, a return, an expiry, a publish and a restart, from
// the act to the write to the sockets, without what would have run in that time by itself. `--list` names the files,
// `--closures` the closures. Knows of `src` its public entry alone, so that it runs on older versions, too.
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join as joinPath } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readSource, type Source } from "./closures.ts";
import { openWindow, type Ran, startCounting } from "./measured.ts";
import type { Heard, Order } from "./phones.ts";

startCounting();
const { createApp, createLogger, defineEventState, EventRoom, t } = await import("../../src/holdfast.ts");

/** The first says how long the flow takes. */
const rounds = 7;
const boundMs = 10_000;
const shows = (option: string) => process.argv.includes(option);

const answers = defineEventState({ event: { answer: t.string().default("") } });
const anything = { "~standard": { validate: (value: unknown) => ({ value: value as string }) } };

/** The room of the flow that publishes; the others have the plain one. */
class Quiz extends EventRoom<typeof answers> {
  override schema = answers;
  override onEventOpened(): void {
    this.onPublish("answer", anything, (_from, answer) => {
      this.state.answer = answer;
    });
  }
}

/** The two participants in their process, and what they have heard. */
class Phones {
  readonly #child = fork(joinPath(import.meta.dirname, "phones.ts"), { execArgv: [] });
  readonly #heard: Heard[] = [];
  #orders = 0;

  constructor() {
    this.#child.on("message", (heard: Heard) => this.#heard.push(heard));
  }

  async until(is: (heard: Heard) => boolean): Promise<Heard> {
    for (const until = Date.now() + boundMs; Date.now() < until; await sleep(5)) {
      const found = this.#heard.find(is);
      if (found !== undefined) return found;
    }
    throw new Error(`Not heard in ${boundMs} ms: ${is}\n${JSON.stringify(this.#heard)}`);
  }

  hears(who: Order["who"], type: string): Promise<Heard> {
    return this.until((heard) => "type" in heard && heard.who === who && heard.type === type);
  }

  async do(act: Order["act"], who: Order["who"], port: number): Promise<void> {
    const id = ++this.#orders;
    this.#child.send({ id, act, who, port } satisfies Order);
    const heard = await this.until((each) => "done" in each && each.done === id);
    if ("error" in heard && heard.error !== undefined) throw new Error(`${act}: ${heard.error}`);
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.send({ id: 0, act: "end", who: "phone", port: 0 } satisfies Order);
    await ended;
  }
}

interface Scene {
  readonly port: number;
  readonly phones: Phones;
  /** What has to be there before the act: `away` is a phone that was cut, and announced as that. */
  enter(...who: readonly Order["who"][]): Promise<void>;
  away(): Promise<void>;
  /** Closes the server and makes another on the same store, which does not listen yet. */
  stop(): Promise<void>;
  /** Resolves when its events are there again. */
  startAgain(): Promise<void>;
}

const graceMs = 1500;
const away = "participant_temporarily_disconnected";
/** In a first state, and in nothing else that goes to the phone. */
const watcherInState = "watcher-name";

interface Flow {
  /** What has to be there before; `lastedMs` passes between it and the act. */
  prepare(scene: Scene, lastedMs: number): Promise<void>;
  act(scene: Scene): Promise<void>;
  /** What the act has given to sockets at its end. */
  readonly writes: readonly string[];
}

const bothAreIn = ({ enter }: Scene) => enter("watcher", "phone");
const phoneIsAway = (scene: Scene) => scene.away();
const cut = ({ phones, port }: Scene) => phones.do("cut", "phone", port);
const join = ({ phones, port }: Scene) => phones.do("join", "phone", port);

const flows: Record<string, Flow> = {
  drop: { prepare: bothAreIn, act: cut, writes: [away] },
  join: {
    prepare: ({ enter }) => enter("watcher"),
    act: join,
    writes: ["participant_joined", watcherInState],
  },
  "return by token": {
    prepare: phoneIsAway,
    act: ({ phones, port }) => phones.do("returnByToken", "phone", port),
    writes: ["participant_reconnected", watcherInState],
  },
  "return by join": {
    prepare: phoneIsAway,
    act: join,
    writes: ["participant_reconnected", watcherInState],
  },
  expiry: {
    async prepare(scene, lastedMs) {
      await scene.away();
      await sleep(graceMs - 400 - lastedMs); // the rest is waited for
    },
    async act() {},
    writes: ["participant_left"],
  },
  publish: {
    prepare: bothAreIn,
    act: ({ phones, port }) => phones.do("publish", "phone", port),
    writes: ["outbox_ack", "a published answer"],
  },
  // Ends when the event's room is there again, with everyone away: nobody is there to be written to.
  restart: {
    async prepare(scene) {
      await bothAreIn(scene);
      await scene.stop();
    },
    act: (scene) => scene.startAgain(),
    writes: [],
  },
};

interface Played {
  readonly ran: readonly Ran[];
  readonly tookMs: number;
}

function open(room: typeof Quiz | undefined, folder: string) {
  return createApp({
    ...(room === undefined ? {} : { room }),
    log: createLogger("silent"),
    config: {
      port: 0,
      host: "127.0.0.1",
      storeUrl: `file:${folder}/seats.db`,
      gracePeriodMs: graceMs,
      pingIntervalMs: 600_000, // nothing of its own in between
      heartbeatTimeoutMs: 0,
      logLevel: "silent",
    },
  });
}

async function play(flow: Flow, room: typeof Quiz | undefined, lastedMs: number): Promise<Played> {
  const folder = mkdtempSync(joinPath(tmpdir(), "flows-"));
  let app = open(room, folder);
  const port = await app.listen();
  const phones = new Phones();
  const scene: Scene = {
    port,
    phones,
    async enter(...all) {
      for (const who of all) {
        await phones.do("join", who, port);
        await phones.hears(who, "first state");
      }
      await sleep(300); // what joins leave behind is over
    },
    async away() {
      await scene.enter("watcher", "phone");
      await phones.do("cut", "phone", port);
      await phones.hears("watcher", away);
      await sleep(200);
    },
    async stop() {
      await app.close();
      app = open(room, folder);
    },
    async startAgain() {
      await app.listen();
      for (const until = Date.now() + boundMs; app.room("flows") === undefined; await sleep(5))
        if (Date.now() > until) throw new Error("The event has not come back");
      await sleep(50); // what it writes as it comes back
    },
  };
  try {
    await flow.prepare(scene, lastedMs);
    const before = flow.writes.length > 0 ? await idle(lastedMs) : [];
    const beganAt = performance.now();
    const window = openWindow(flow.writes);
    await flow.act(scene);
    if (flow.writes.length === 0) window.end();
    const ran = await window.ran;
    const tookMs = performance.now() - beganAt;
    return { tookMs, ran: without(ran, flow.writes.length > 0 ? before : await idle(tookMs)) };
  } finally {
    await phones.end();
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What runs by itself in such a time. */
async function idle(ms: number): Promise<readonly Ran[]> {
  const { ran, end } = openWindow([]);
  await sleep(ms);
  end();
  return ran;
}

/** What was called more often than in a time in which nothing happened. */
function without(ran: readonly Ran[], byItself: readonly Ran[]): readonly Ran[] {
  const calls = new Map(byItself.map((each) => [each.key, each.calls]));
  return ran.flatMap((each) => {
    const more = each.calls - (calls.get(each.key) ?? 0);
    return more > 0 ? [{ ...each, calls: more }] : [];
  });
}

/** What ran in every round: a timer that fell into one of them is not of the flow. */
function inAll(all: readonly (readonly Ran[])[]): Ran[] {
  const [first = [], ...others] = all.map((ran) => new Map(ran.map((each) => [each.key, each])));
  return [...new Map(first).values()].flatMap((each) => {
    const same = others.map((other) => other.get(each.key));
    if (same.includes(undefined)) return [];
    return [{ ...each, calls: Math.min(each.calls, ...same.map((other) => other?.calls ?? 0)) }];
  });
}

const sources = new Map<string, Source>();
function sourceOf(file: string): Source {
  const source = sources.get(file) ?? readSource(file);
  sources.set(file, source);
  return source;
}

const sum = (all: readonly Ran[]) => all.reduce((total, { calls }) => total + calls, 0);
const filesOf = (all: readonly Ran[]) => [...new Set(all.map(({ file }) => file))].toSorted();

console.log(
  "| flow | files | functions | closures handed over | calls of them | calls of closures without a name |",
);
console.log("|---|---:|---:|---:|---:|---:|");
const details: string[] = [];
for (const [name, flow] of Object.entries(flows)) {
  const all: (readonly Ran[])[] = [];
  let lastedMs = 0;
  for (let round = 0; round < rounds; round++) {
    const { ran, tookMs } = await play(flow, name === "publish" ? Quiz : undefined, lastedMs);
    if (round > 0) all.push(ran);
    lastedMs = tookMs;
  }
  const ran = inAll(all);
  const closures = ran.filter(({ file, start, end }) => sourceOf(file).kindAt(start, end) === "closure");
  const nameless = ran.filter((each) => each.name === "");
  const files = filesOf(ran);
  console.log(
    `| ${name} | ${files.length} | ${ran.length} | ${closures.length} | ${sum(closures)} | ${sum(nameless)} in ${filesOf(nameless).length} files |`,
  );
  if (shows("--list")) details.push(`\n${name}: ${files.map((file) => file.slice(4, -3)).join(", ")}`);
  if (shows("--closures"))
    details.push(
      `\n${name}: ${closures.map(({ file, name: own, start }) => `${file.slice(4)}:${sourceOf(file).lineAt(start)} ${own}`).join(", ")}`,
    );
}
for (const line of details) console.log(line);
process.exit(0);
