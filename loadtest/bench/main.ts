// `npm run bench`: Holdfast beside a plain Colyseus room, Socket.IO and a bare ws server, in turns, in one run on one
// machine. This process is the load generator; every server is a child. Prints tables; writes JSON and an SVG.
import { mkdirSync } from "node:fs";
import { cpus } from "node:os";
import { given, planGiven } from "./given.ts";
import { compareHeld } from "./held.ts";
import { isWhole, type Plan, type Task, tasksOf, whySkip } from "./plan.ts";
import { Progress } from "./running/progress.ts";
import { markdownOf } from "./report/markdown.ts";
import { merged } from "./report/merge.ts";
import { readReport } from "./report/read.ts";
import { textOf } from "./report/tables.ts";
import { pathOf, save } from "./report/write.ts";
import { nameOf, type Report, type RunResult } from "./results.ts";
import { runOnce } from "./running/run.ts";
import { contestants } from "./servers/contestants.ts";

const idleMs = 3000; // one round of pings with default settings

type Finding = Pick<Report, "runs" | "held" | "heldFailure">;

async function runTask(task: Task, progress: Progress): Promise<RunResult> {
  const isLarge = task.scenario.events === 1 && task.scenario.eventSize >= 1000;
  const run = await runOnce({
    ...task,
    width: given.width,
    idleMs: isLarge ? idleMs : 0,
    profileTo: given.profileTo,
    onPhase: (phase) => progress.step(phase),
  });
  if (!isWhole(run)) progress.note("not done in its bounds");
  return run;
}

/** `onFinding` is called with everything so far, after each run. */
async function runAll(plan: Plan, progress: Progress, onFinding: (finding: Finding) => void): Promise<void> {
  const done: { run: RunResult; tookMs: number }[] = [];
  const rounds = Array.from({ length: plan.rounds }, (_, k) => tasksOf(plan, k + 1));
  const total = rounds.flat().length;
  let heldPart: Pick<Report, "held" | "heldFailure"> = {};
  const found = () => onFinding({ runs: done.map(({ run }) => run), ...heldPart });
  let number = 0;
  for (const [index, tasks] of rounds.entries()) {
    for (const task of tasks) {
      number += 1;
      if (whySkip(task, done, progress.elapsedMs, plan) !== undefined) continue;
      const startedAt = performance.now();
      const what = `${nameOf(task.scenario)}: ${contestants[task.server].title}`;
      progress.begin(`run ${number} of ${total}, round ${index + 1} of ${plan.rounds}, ${what}`);
      done.push({ run: await runTask(task, progress), tookMs: performance.now() - startedAt });
      found();
    }
    if (index === 0 && plan.held > 0) {
      heldPart = await runHeld(plan, progress);
      found();
    }
  }
  progress.end();
}

async function runHeld({ held, heldBatches: batches }: Plan, progress: Progress) {
  progress.begin(`${held} held seats`);
  try {
    return { held: await compareHeld({ held, batches, onStep: (step) => progress.step(step) }) };
  } catch (error) {
    return { heldFailure: (error as Error).message };
  }
}

function show(files: readonly string[]): void {
  const report = merged(files.map(readReport));
  console.log(given.markdown ? markdownOf(report) : textOf(report));
}

async function main(): Promise<number> {
  if (given.show !== undefined) {
    show(given.show);
    return 0;
  }
  const plan = planGiven();
  if (given.profileTo !== undefined) mkdirSync(given.profileTo, { recursive: true });
  const progress = new Progress();
  let report: Report = {
    version: 2,
    at: new Date().toISOString(),
    machine: `${cpus().length} x ${cpus()[0]?.model.trim() ?? "unknown"}`,
    node: process.version,
    options: given.options,
    tookSeconds: 0,
    runs: [],
  };
  const path = pathOf(report, given.out);
  await runAll(plan, progress, (finding) => {
    report = { ...report, ...finding, tookSeconds: Math.round(progress.elapsedMs / 1000) };
    save(report, path); // a run that is cut off keeps what it has found
  });
  console.log(`${textOf(report)}\n\n${report.tookSeconds} s; ${path}.json, .svg`);
  const isSmokeWhole = report.runs.every(isWhole) && report.heldFailure === undefined;
  return given.smoke && !isSmokeWhole ? 1 : 0;
}

process.exitCode = await main();
