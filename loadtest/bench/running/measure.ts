// One phase, measured: what the server spent and how long its loop was held up, what the generator received and spent.
// Knows nothing of what happens in it.
import { cpus } from "node:os";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Crowd } from "./crowd.ts";
import type { PhaseResult } from "../results.ts";
import type { ServerChild } from "../servers/server-child.ts";
import { quantile } from "../statistics.ts";

/** What a phase did; `ok` false when it was not done in its bound. */
export interface Outcome {
  readonly ok: boolean;
  readonly done: number;
  readonly of: number;
  readonly wallMs: number;
  readonly latenciesMs: readonly number[];
  readonly toldMs?: number;
  readonly errors?: readonly string[];
}

const rounded = (value: number, digits = 1) => Number(value.toFixed(digits));

const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();

/** What all cores of the machine have been busy, in milliseconds. */
export const machineBusyMs = () =>
  cpus().reduce((total, { times }) => total + times.user + times.nice + times.sys + times.irq, 0);

export async function measured(
  child: ServerChild,
  crowd: Crowd,
  act: () => Promise<Outcome>,
  profile?: string,
): Promise<PhaseResult> {
  const before = await child.mark(profile);
  const traffic = { ...crowd.traffic };
  const own = process.cpuUsage();
  const machine = machineBusyMs();
  delay.reset();
  const startedAt = performance.now();
  const outcome = await act();
  const tookMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(own);
  const ownMs = (user + system) / 1000;
  const frames = crowd.traffic.frames - traffic.frames;
  const bytes = crowd.traffic.bytes - traffic.bytes;
  const after = await child.sample(profile);
  const machineMs = machineBusyMs() - machine;
  const cpuMs = (after.cpuUs - before.cpuUs) / 1000;
  const { ok, done, of, wallMs, latenciesMs, toldMs, errors = [] } = outcome;
  return {
    ok,
    done,
    of,
    wallMs: rounded(wallMs),
    perSecond: rounded((1000 * done) / Math.max(wallMs, 1)),
    p50Ms: rounded(quantile(latenciesMs, 0.5), 2),
    p99Ms: rounded(quantile(latenciesMs, 0.99), 2),
    ...(toldMs === undefined ? {} : { toldMs: rounded(toldMs) }),
    cpuMs: rounded(cpuMs),
    cpuUsPerOp: rounded((1000 * cpuMs) / Math.max(done, 1)),
    loopP99Ms: rounded(after.loopP99Ms),
    loopMaxMs: rounded(after.loopMaxMs),
    frames,
    bytes,
    generatorBusy: rounded(ownMs / Math.max(tookMs, 1), 2),
    generatorStallMs: rounded(delay.max / 1e6),
    otherBusy: rounded(Math.max(0, machineMs - cpuMs - ownMs) / Math.max(tookMs, 1), 2),
    ...(errors.length === 0 ? {} : { errors }),
  };
}
