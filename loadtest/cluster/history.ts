// A history of a cluster in trouble (harness/cluster-history), as long as wanted:
//   node loadtest/cluster/history.ts --seconds 600 --seed 7
import { allTroubles } from "../../harness/cluster-history/chaos.ts";
import { guards, runHistory } from "../../harness/cluster-history/history.ts";
import { now } from "../../harness/wait.ts";
import { number, readCommandLine, text, whole } from "../../src/command-line.ts";

const { values } = readCommandLine(
  {
    name: "node loadtest/cluster/history.ts",
    summary:
      "Kills, stalls, restarts and pauses of Redis, and whether every client saw what the rules allow.",
    options: {
      seconds: number("How long", 600, 1, 86_400),
      seed: whole("Another seed is another history", Date.now() % 2 ** 31, 0, 2 ** 32),
      clients: whole("How many", 200, 1, 5000),
      events: whole("In how many events", 10, 1, 1000),
      stall: whole("The longest stall of a process, in ms", 20_000, 0, 600_000),
      kinds: text(`Which troubles, of ${allTroubles.join(", ")}; all when left out`),
      without: text(`A guard that is taken away, of ${guards.join(", ")}: the checker must see it`),
    },
  },
  process,
);
console.log(`seed ${values.seed}`);
const startedAt = now();
const { violations, summary } = await runHistory({
  seconds: values.seconds,
  seed: values.seed,
  processes: 4,
  events: values.events,
  clients: values.clients,
  maxStallMs: values.stall,
  without: guards.find((guard) => guard === values.without),
  kinds: values.kinds ? allTroubles.filter((kind) => values.kinds?.split(",").includes(kind)) : allTroubles,
  wandererPart: 0.1,
  healMs: 60_000,
  log: (line) => console.log(`${String(Math.round((now() - startedAt) / 1000)).padStart(4)} s  ${line}`),
});
console.log(summary);
for (const violation of violations.slice(0, 50)) console.error(`VIOLATION ${violation}`);
console.log(`${violations.length} violations`);
process.exit(violations.length === 0 ? 0 : 1);
