// Does a held seat cost those who are here anything? Two Holdfasts side by side, to which as many have come; one holds
// their seats, from the other they have left. Batches of joins and of single drops, in further events, in turns.
import { Crowd, type Participant } from "./running/crowd.ts";
import * as phases from "./running/phases.ts";
import type { Compared, HeldResult } from "./results.ts";
import { invite, warmUp } from "./running/run.ts";
import { type ServerChild, startChild } from "./servers/server-child.ts";
import { contestants } from "./servers/contestants.ts";
import { median, medianRatio } from "./statistics.ts";
import { deadline, storm } from "./running/storm.ts";

export interface HeldOptions {
  readonly held: number;
  readonly batches: number;
  readonly onStep: (step: string) => void;
}

interface Batch {
  readonly joinsPerSecond: number;
  readonly joinCpuUs: number;
  readonly dropToldMs: number;
  readonly dropCpuUs: number;
}

const heldEventSize = 100;
const width = 100;
const boundMs = 20_000;
const env = { GRACE_PERIOD_MS: "3600000", LOG_LEVEL: "warn" };

async function start(): Promise<ServerChild> {
  const child = await startChild("holdfast", { env });
  await warmUp(child, "holdfast");
  return child;
}

async function heldBy(child: ServerChild): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${child.port}/metrics`)).text();
  return Number(
    /^holdfast_participants\{[^}]*status="temporarily_disconnected"[^}]*\} (\d+)/m.exec(text)?.[1],
  );
}

/**
 * Takes seats, an event after the other, and cuts everyone who has one; or has everyone leave: a server that has seen
 * nobody yet is slower, because its code has not been compiled.
 */
async function fill(child: ServerChild, { held, onStep }: HeldOptions, how: "held" | "left"): Promise<void> {
  const crowd = new Crowd();
  const dialect = contestants.holdfast.dialect(child.port, crowd);
  const eventSize = Math.min(held, heldEventSize);
  const parties = invite(crowd, { events: Math.ceil(held / eventSize), eventSize }, "held");
  for (const [number, { all }] of parties.entries()) {
    if (number % 10 === 0) onStep(`seats that are ${how}: ${number * eventSize} of ${held}`);
    const join = (participant: Participant) => dialect.join(participant);
    const { done, errors } = await storm(all, width, boundMs, join);
    if (done < all.length) throw new Error(`${done} of ${all.length} joined: ${errors.join("; ")}`);
    if (how === "held") for (const { link } of all) link?.drop();
    else await storm(all, width, boundMs, (participant: Participant) => dialect.leave(participant));
  }
  dialect.close();
  if (how === "left") return;
  for (let k = 0; (await heldBy(child)) < held; k++) {
    if (k > 50) throw new Error(`${await heldBy(child)} seats are held instead of ${held}`);
    await deadline(100).over;
  }
}

const cpuUs = async (child: ServerChild) => (await child.sample()).cpuUs;

async function batch(child: ServerChild, name: string): Promise<Batch> {
  const crowd = new Crowd();
  const dialect = contestants.holdfast.dialect(child.port, crowd);
  const parties = invite(crowd, { events: 10, eventSize: 30 }, name);
  const stage = { crowd, dialect, parties, width, boundMs };
  const beforeJoins = await cpuUs(child);
  const joined = await phases.joinStorm(stage);
  const beforeDrops = await cpuUs(child);
  const toldMs: number[] = [];
  for (const party of parties) {
    const dropping = party.all.slice(1, 2);
    const told = await phases.dropAtOnce({ ...stage, parties: [{ all: party.all, dropping }] });
    if (told.ok) toldMs.push(told.wallMs);
  }
  const afterDrops = await cpuUs(child);
  await phases.leave(stage);
  dialect.close();
  if (!joined.ok || toldMs.length < parties.length) throw new Error(`${name}: not all joined, or were told`);
  return {
    joinsPerSecond: (1000 * joined.done) / joined.wallMs,
    joinCpuUs: (beforeDrops - beforeJoins) / joined.done,
    dropToldMs: median(toldMs),
    dropCpuUs: (afterDrops - beforeDrops) / parties.length,
  };
}

function compared(pairs: readonly (readonly [Batch, Batch])[], of: (batch: Batch) => number): Compared {
  const rounded = (value: number) => Number(value.toPrecision(4));
  return {
    without: rounded(median(pairs.map(([without]) => of(without)))),
    with: rounded(median(pairs.map(([, held]) => of(held)))),
    ratio: rounded(medianRatio(pairs.map(([without, held]) => [of(held), of(without)]))),
  };
}

/** @throws when a server cannot do it */
export async function compareHeld(options: HeldOptions): Promise<HeldResult> {
  const children: ServerChild[] = [];
  try {
    for (let k = 0; k < 2; k++) children.push(await start());
    const [without, holding] = children as [ServerChild, ServerChild];
    await fill(without, options, "left");
    await fill(holding, options, "held");
    const pairs: [Batch, Batch][] = [];
    for (let k = 0; k <= options.batches; k++) {
      options.onStep(`held seats: batch ${k} of ${options.batches}`);
      const isFirst = k % 2 === 0;
      const early = await batch(isFirst ? without : holding, `batch ${k} a`);
      const late = await batch(isFirst ? holding : without, `batch ${k} b`);
      if (k > 0) pairs.push(isFirst ? [early, late] : [late, early]); // the first warms both
    }
    return {
      held: options.held,
      joinsPerSecond: compared(pairs, (of) => of.joinsPerSecond),
      joinCpuUs: compared(pairs, (of) => of.joinCpuUs),
      dropToldMs: compared(pairs, (of) => of.dropToldMs),
      dropCpuUs: compared(pairs, (of) => of.dropCpuUs),
    };
  } finally {
    for (const child of children) await child.stop();
  }
}
