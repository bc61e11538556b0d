// What is run, in which order: servers take turns within a scenario, scenarios within a round. Pure.
import { nameOf, type RunResult, type Scenario, type ServerId } from "./results.ts";

export interface Task {
  readonly server: ServerId;
  readonly scenario: Scenario;
  readonly round: number;
  /** The longest that a phase, and the join storm, may take. */
  readonly boundMs: number;
  readonly joinBoundMs: number;
  /** What follows a phase that was not done in its bound is left out. */
  readonly endsAtFailure: boolean;
}

/** Servers that take turns in one scenario. */
export interface Turns {
  readonly scenario: Scenario;
  readonly servers: readonly ServerId[];
  /** At most so many rounds. */
  readonly rounds?: number;
  readonly joinBoundMs?: number;
  readonly endsAtFailure?: boolean;
}

export interface Plan {
  readonly rounds: number;
  readonly lineup: readonly Turns[];
  /** The longest that a phase may take. */
  readonly boundMs: number;
  /** No run begins that would probably end after this; the first round is always whole. */
  readonly budgetMs: number;
  /** How many seats are held while others join; 0 leaves it out. */
  readonly held: number;
  readonly heldBatches: number;
}

const oneEvent = (eventSize: number): Scenario => ({ events: 1, eventSize });
const manyEvents: Scenario = { events: 100, eventSize: 10 };
const four: readonly ServerId[] = ["holdfast", "plain", "sio", "bare"];
const two: readonly ServerId[] = ["holdfast", "bare"];
const three: readonly ServerId[] = ["holdfast", "holdfast-ours", "bare"];

export const plans = {
  bench: {
    rounds: 9,
    lineup: [
      { scenario: oneEvent(200), servers: four },
      { scenario: manyEvents, servers: four },
      { scenario: oneEvent(1000), servers: four },
      { scenario: oneEvent(2000), servers: two },
      { scenario: oneEvent(5000), servers: two },
    ],
    boundMs: 60_000,
    budgetMs: 300_000,
    held: 20_000,
    heldBatches: 5,
  },
  full: {
    rounds: 3,
    lineup: [
      { scenario: oneEvent(200), servers: four },
      { scenario: manyEvents, servers: four },
      { scenario: oneEvent(1000), servers: four },
      { scenario: oneEvent(2000), servers: [...three, "plain", "sio", "bare-each", "holdfast-memory"] },
      { scenario: oneEvent(5000), servers: three },
      // Neither ends its phases in any time worth waiting for. At 36 joins/s (measured once) the storm alone is 140 s.
      {
        scenario: oneEvent(5000),
        servers: ["plain", "sio"],
        rounds: 1,
        joinBoundMs: 180_000,
        endsAtFailure: true,
      },
    ],
    boundMs: 60_000,
    budgetMs: 2_280_000, // the last run may begin just before: all told about 40 minutes
    held: 20_000,
    heldBatches: 10,
  },
  smoke: {
    rounds: 1,
    lineup: [{ scenario: oneEvent(50), servers: ["holdfast", "holdfast-ours", "plain", "sio", "bare"] }],
    boundMs: 5000,
    budgetMs: Number.POSITIVE_INFINITY,
    held: 50,
    heldBatches: 1,
  },
} as const satisfies Record<string, Plan>;

/** The tasks of one round; who begins changes from round to round. */
export function tasksOf({ lineup, boundMs }: Plan, round: number): Task[] {
  const due = lineup.filter(({ rounds = round }) => round <= rounds);
  return due.flatMap(({ scenario, servers, joinBoundMs = boundMs, endsAtFailure = false }) => {
    const shift = (round - 1) % servers.length;
    const turn = [...servers.slice(shift), ...servers.slice(0, shift)];
    return turn.map((server) => ({ server, scenario, round, boundMs, joinBoundMs, endsAtFailure }));
  });
}

/** True for a run that did everything it should in time. */
export const isWhole = (run: RunResult): boolean =>
  run.failure === undefined && Object.values(run.phases).every((phase) => phase.ok);

/** Why a task is left out, after what has been run; undefined when it is to be run. */
export function whySkip(
  task: Task,
  done: readonly { readonly run: RunResult; readonly tookMs: number }[],
  elapsedMs: number,
  { budgetMs }: Plan,
): string | undefined {
  const same = done.filter(
    ({ run }) => run.server === task.server && nameOf(run.scenario) === nameOf(task.scenario),
  );
  if (same.some(({ run }) => !isWhole(run))) return "it could not be done in an earlier round";
  const estimateMs = Math.max(0, ...same.map(({ tookMs }) => tookMs));
  return task.round > 1 && elapsedMs + estimateMs > budgetMs ? "time is up" : undefined;
}
