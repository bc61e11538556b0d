// The history checker on a short history (npm run soak -- cluster: a long one), and the proof that it can fail.
// SECONDS and SEED choose; the seed is printed.
import { expect } from "chai";
import { allTroubles } from "../../../../harness/cluster-history/chaos.ts";
import {
  type Guard,
  guards,
  type HistoryOptions,
  runHistory,
} from "../../../../harness/cluster-history/history.ts";
import { describeWithRedis } from "../../../../harness/servers/redis/redis.ts";

const seconds = Number(process.env.SECONDS ?? 60);
const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);

describeWithRedis("cluster: histories", function () {
  this.timeout(20 * 60_000);
  const lines: string[] = [];
  const log = process.env.VERBOSE ? console.log : (line: string) => void lines.push(`${Date.now()} ${line}`);
  const options = {
    processes: 4,
    healMs: 60_000,
    wandererPart: 0.1,
    maxStallMs: 6000,
    kinds: allTroubles,
    without: undefined,
    log,
    seed,
  };

  it(`[K9] ${seconds} s of everything that may go wrong: no violation`, async () => {
    const report = await runHistory({ ...options, seconds, events: 10, clients: 200 });
    console.log(`      SEED=${seed}; ${report.summary}`);
    if (report.violations.length > 0) console.log(lines.join("\n")); // no seed brings the same history again
    expect(report.violations.slice(0, 10)).to.deep.equal([]);
    // A cluster in which nothing happens has no violation either.
    const { connections, announcements, epochs, troubles } = report.counts;
    expect(connections, "everyone, and many more than once").to.be.greaterThan(2 * 200);
    expect(announcements).to.be.greaterThan(20 * 200);
    expect(epochs, "events have moved").to.be.greaterThan(2 * 10);
    expect([...troubles.keys()]).to.include.members(["kill", "stall"]);
  });

  /** What shows that a guard is missing: of all troubles those that it is there for, more often. */
  const shows: Record<Guard, Partial<HistoryOptions>> = {
    fence: { kinds: ["stall"], wandererPart: 0 },
    proof: { kinds: ["stall"], wandererPart: 0 },
    confirmation: { kinds: ["stall"], wandererPart: 0 },
    run: { kinds: ["failover"], seconds: 45, wandererPart: 0.5, events: 8, clients: 160 },
    order: { kinds: ["late commit", "kill"], seconds: 60, wandererPart: 0.5, clients: 120 },
  };
  /** A guard is there for moments that come by chance: so many histories may pass without one. */
  const tries = 10;
  for (const guard of guards)
    it(`[K9] without the guard "${guard}" the checker finds violations`, async () => {
      const small = { seconds: 30, events: 4, clients: 40, healMs: 20_000 };
      let seen: string[] = [];
      for (let i = 0; i < tries && seen.length === 0; i++) {
        const report = await runHistory({ ...options, ...small, ...shows[guard], seed: i, without: guard });
        console.log(`      ${report.violations.length} violations; ${report.summary}`);
        seen = report.violations.filter((violation) => !violation.startsWith("after")); // not the lateness alone
      }
      console.log(`      ${seen.slice(0, 3).join("\n      ")}`);
      expect(seen.length).to.be.greaterThan(0);
    });
});
