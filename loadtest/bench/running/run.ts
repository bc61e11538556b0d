// One server, one scenario: started, warmed, led through all phases, measured, ended. Never throws: what went wrong is
// in the result, and the benchmark goes on.
import { join } from "node:path";
import { Crowd, Participant } from "./crowd.ts";
import { measured, type Outcome } from "./measure.ts";
import * as phases from "./phases.ts";
import type { Memory } from "../servers/probe.ts";
import {
  type MemoryResult,
  nameOf,
  type PhaseName,
  type PhaseResult,
  type RunResult,
  type Scenario,
  type ServerId,
} from "../results.ts";
import { type ServerChild, startChild } from "../servers/server-child.ts";
import { contestants } from "../servers/contestants.ts";
import { deadline } from "./storm.ts";

export interface RunOptions {
  readonly server: ServerId;
  readonly scenario: Scenario;
  readonly round: number;
  readonly width: number;
  readonly boundMs: number;
  readonly joinBoundMs: number;
  readonly endsAtFailure: boolean;
  /** How long nothing happens, to see what that costs; 0 leaves it out. */
  readonly idleMs: number;
  /** A folder for a CPU profile of the server in each phase. */
  readonly profileTo?: string | undefined;
  readonly onPhase: (phase: string) => void;
}

const dropShare = 0.3;
const acts: readonly (readonly [PhaseName, (stage: phases.Stage) => Promise<Outcome>])[] = [
  ["beats", phases.beats],
  ["broadcast", phases.broadcast],
  ["burst", phases.burst],
  ["drop", phases.dropAtOnce],
  ["return", phases.comeBack],
  ["leave", phases.leave],
];

export function invite(crowd: Crowd, { events, eventSize }: Scenario, prefix: string): phases.Party[] {
  return Array.from({ length: events }, (_, event) => {
    const all = Array.from(
      { length: eventSize },
      (__, place) => new Participant(crowd, `${prefix} ${event}`, `device ${event}.${place}`),
    );
    return { all, dropping: all.slice(1, 1 + Math.round(dropShare * eventSize)) };
  });
}

/** What runs for the first time is slow: a small event goes through everything before anything is measured. */
export async function warmUp(child: ServerChild, server: ServerId): Promise<void> {
  const crowd = new Crowd();
  const dialect = contestants[server].dialect(child.port, crowd);
  const parties = invite(crowd, { events: 2, eventSize: 40 }, "warm-up");
  const stage = { crowd, dialect, parties, width: 20, boundMs: 10_000 };
  await phases.joinStorm(stage);
  for (const [, act] of acts) await act(stage);
  dialect.close();
}

const quietMs = 150;

/** Until nothing arrives any more, for a while at most: what is under way belongs to the phase before. */
async function quiet(crowd: Crowd): Promise<void> {
  for (let k = 0; k < 10; k++) {
    const { bytes } = crowd.traffic;
    await deadline(quietMs).over;
    if (crowd.traffic.bytes - bytes < 10_000) return;
  }
}

function memoryOf(
  scenario: Scenario,
  dropped: number,
  base: Memory,
  full: Memory,
  held: Memory | undefined,
  left: Memory | undefined,
): MemoryResult {
  const count = scenario.events * scenario.eventSize;
  const share = (of: keyof Memory, now: Memory) => Math.round((now[of] - base[of]) / count);
  const perHeld = (of: keyof Memory, now: Memory) => {
    const ofConnected = ((full[of] - base[of]) * (count - dropped)) / count;
    return Math.round((now[of] - base[of] - ofConnected) / dropped);
  };
  return {
    heapPerConnected: share("heapUsed", full),
    buffersPerConnected: share("external", full),
    rssPerConnected: share("rss", full),
    ...(held === undefined
      ? {}
      : { heapPerHeld: perHeld("heapUsed", held), buffersPerHeld: perHeld("external", held) }),
    ...(left === undefined
      ? {}
      : {
          heapLeftPerPast: share("heapUsed", left),
          buffersLeftPerPast: share("external", left),
          rssLeftPerPast: share("rss", left),
        }),
  };
}

const profileOf = ({ profileTo, server, scenario, round }: RunOptions, phase: PhaseName) =>
  profileTo === undefined
    ? undefined
    : join(profileTo, `${server}-${nameOf(scenario)}-${phase}-${round}.cpuprofile`);

type Done = Pick<RunResult, "phases" | "memory" | "idleCpuPercent" | "failure">;

async function perform(child: ServerChild, options: RunOptions): Promise<Done> {
  const { server, scenario, width, boundMs, joinBoundMs, idleMs, onPhase } = options;
  await warmUp(child, server);
  const crowd = new Crowd();
  const dialect = contestants[server].dialect(child.port, crowd);
  const parties = invite(crowd, scenario, `round ${options.round}`);
  const stage: phases.Stage = { crowd, dialect, parties, width, boundMs };
  const results: Partial<Record<PhaseName, PhaseResult>> = {};
  const base = await child.memory();
  onPhase("join");
  const join = () => phases.joinStorm({ ...stage, boundMs: joinBoundMs });
  results.join = await measured(child, crowd, join, profileOf(options, "join"));
  try {
    if (results.join.done < results.join.of) return { phases: results, failure: "not everyone got in" };
    await quiet(crowd);
    const full = await child.memory();
    const idleCpuPercent = idleMs === 0 ? undefined : await idle(child, idleMs);
    let [held, left]: (Memory | undefined)[] = [];
    for (const [name, act] of acts) {
      onPhase(name);
      results[name] = await measured(child, crowd, () => act(stage), profileOf(options, name));
      if (name === "drop") held = await child.memory();
      await quiet(crowd);
      if (options.endsAtFailure && results[name]?.ok === false) break;
    }
    if (results.leave?.ok) left = await child.memory();
    const dropped = results.drop?.done ?? 0;
    return {
      phases: results,
      memory: memoryOf(scenario, dropped, base, full, held, left),
      ...(idleCpuPercent === undefined ? {} : { idleCpuPercent }),
    };
  } catch (error) {
    return { phases: results, failure: (error as Error).message };
  } finally {
    phases.cutAll(stage);
    dialect.close();
  }
}

async function idle(child: ServerChild, idleMs: number): Promise<number> {
  const before = await child.mark();
  await deadline(idleMs).over;
  const after = await child.sample();
  return Math.round((after.cpuUs - before.cpuUs) / idleMs) / 10;
}

export async function runOnce(options: RunOptions): Promise<RunResult> {
  const { server, scenario, round } = options;
  const { script, env } = contestants[server];
  let child: ServerChild | undefined;
  try {
    options.onPhase("start");
    child = await startChild(script, { env });
    return { server, scenario, round, ...(await perform(child, options)) };
  } catch (error) {
    return { server, scenario, round, phases: {}, failure: (error as Error).message };
  } finally {
    await child?.stop();
  }
}
