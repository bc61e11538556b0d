// `npm run bench`: Holdfast beside a plain Colyseus room, Socket.IO and a bare ws server, in turns, in one run on one
// machine. This process is the load generator; every server is a child. Prints tables; writes JSON and an SVG.
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { compareHeld } from "./held.ts";
import { isWhole, type Plan, plans, tasksOf, whySkip } from "./plan.ts";
import { Progress } from "./progress.ts";
import { svgOf } from "./report/plot.ts";
import { readReport } from "./report/read.ts";
import { textOf } from "./report/tables.ts";
import { type HeldResult, nameOf, type Report, type RunResult, type ServerId, serverIds } from "./results.ts";
import { runOnce } from "./run.ts";
import { contestants } from "./servers.ts";

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;
const { values } = parseArgs({
  options: {
    full: flag,
    smoke: flag,
    servers: text,
    sizes: text,
    rounds: text,
    minutes: text,
    width: { ...text, default: "200" },
    held: text,
    out: { ...text, default: join(import.meta.dirname, "results") },
    profile: text,
    show: text,
  },
});

function whole(name: "rounds" | "minutes" | "held" | "width", max: number): number | undefined {
  const given = values[name];
  if (given === undefined) return undefined;
  const value = Number(given);
  if (!Number.isInteger(value) || value < 0 || value > max)
    throw new Error(`--${name} must be a whole number up to ${max}`);
  return value;
}

function serversGiven(): readonly ServerId[] | undefined {
  const given = values.servers?.split(",") as ServerId[] | undefined;
  const unknown = given?.find((id) => !serverIds.includes(id));
  if (unknown !== undefined) throw new Error(`--servers: ${unknown} is none of ${serverIds.join(", ")}`);
  return given;
}

function planGiven(): Plan {
  const base: Plan = plans[values.full ? "full" : values.smoke ? "smoke" : "bench"];
  const [servers, sizes] = [serversGiven(), values.sizes?.split(",")];
  const all = sizes === undefined ? base.lineup : [...base.lineup, ...oddSizes(sizes, base)];
  const lineup = all
    .filter(([scenario]) => sizes?.includes(nameOf(scenario)) ?? true)
    .map(([scenario, those]) => [scenario, servers ?? those] as const);
  const minutes = whole("minutes", 10_000);
  return {
    ...base,
    lineup,
    rounds: whole("rounds", 1000) ?? base.rounds,
    budgetMs: minutes === undefined ? base.budgetMs : 60_000 * minutes,
    held: whole("held", 100_000) ?? (sizes === undefined && servers === undefined ? base.held : 0),
  };
}

/** Sizes that the plan does not have: `300`, or `20x5`. */
function oddSizes(sizes: readonly string[], { lineup }: Plan): Plan["lineup"] {
  const known = new Set(lineup.map(([scenario]) => nameOf(scenario)));
  return sizes
    .filter((size) => !known.has(size))
    .map((size) => {
      const [events, eventSize] = size.includes("x") ? size.split("x").map(Number) : [1, Number(size)];
      if (!((events as number) >= 1 && (eventSize as number) >= 4))
        throw new Error(`--sizes: ${size} is neither a number of participants nor events x participants`);
      return [
        { events: events as number, eventSize: eventSize as number },
        plans.smoke.lineup[0][1],
      ] as const;
    });
}

const idleMs = 3000; // one round of pings with default settings

async function runAll(
  plan: Plan,
  progress: Progress,
): Promise<Pick<Report, "runs" | "held" | "heldFailure">> {
  const done: { run: RunResult; tookMs: number }[] = [];
  let heldPart: { held?: HeldResult; heldFailure?: string } = {};
  for (let round = 1; round <= plan.rounds; round++) {
    for (const task of tasksOf(plan, round)) {
      if (whySkip(task, done, progress.elapsedMs, plan) !== undefined) continue;
      const startedAt = performance.now();
      const isLarge = task.scenario.events === 1 && task.scenario.eventSize >= 1000;
      const { title } = contestants[task.server];
      progress.begin(`round ${round} of ${plan.rounds}, ${nameOf(task.scenario)}: ${title}`);
      const run = await runOnce({
        ...task,
        width: whole("width", 5000) as number,
        boundMs: plan.boundMs,
        idleMs: isLarge ? idleMs : 0,
        profileTo: values.profile === undefined ? undefined : resolve(values.profile),
        onPhase: (phase) => progress.step(phase),
      });
      done.push({ run, tookMs: performance.now() - startedAt });
    }
    if (round === 1 && plan.held > 0) heldPart = await runHeld(plan, progress);
  }
  progress.end();
  return { runs: done.map(({ run }) => run), ...heldPart };
}

async function runHeld({ held, heldBatches: batches }: Plan, progress: Progress) {
  progress.begin(`${held} held seats`);
  try {
    return { held: await compareHeld({ held, batches, onStep: (step) => progress.step(step) }) };
  } catch (error) {
    return { heldFailure: (error as Error).message };
  }
}

async function main(): Promise<number> {
  if (values.show !== undefined) {
    console.log(textOf(readReport(values.show)));
    return 0;
  }
  const plan = planGiven();
  if (values.profile !== undefined) mkdirSync(values.profile, { recursive: true });
  const progress = new Progress();
  const found = await runAll(plan, progress);
  const report: Report = {
    version: 1,
    at: new Date().toISOString(),
    machine: `${cpus().length} x ${cpus()[0]?.model.trim() ?? "unknown"}`,
    node: process.version,
    options: { ...values, out: undefined, width: values.width },
    tookSeconds: Math.round(progress.elapsedMs / 1000),
    ...found,
  };
  mkdirSync(values.out, { recursive: true });
  const path = join(values.out, report.at.replace(/[:.]/g, "-"));
  writeFileSync(`${path}.json`, `${JSON.stringify(report)}\n`);
  writeFileSync(`${path}.svg`, svgOf(report));
  console.log(`${textOf(report)}\n\n${report.tookSeconds} s; ${path}.json, .svg`);
  const isSmokeWhole = report.runs.every(isWhole) && report.heldFailure === undefined;
  return values.smoke && !isSmokeWhole ? 1 : 0;
}

process.exitCode = await main();
