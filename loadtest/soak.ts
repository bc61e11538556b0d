// The full counts, one after the other, with their output: what a closing note quotes. Takes what it takes.
//   node loadtest/soak.ts [PART OF A STEP'S NAME [THE STEP'S OPTIONS]]
import { spawnSync } from "node:child_process";
import { readCommandLine, refuse, UsageError } from "../src/command-line.ts";

const steps: [name: string, command: string[], env?: Record<string, string>][] = [
  [
    "random histories",
    ["npx", "mocha", "test/pure/seats/model.test.ts", "--exit", "--timeout", "0"],
    { HISTORIES: "2000000" },
  ],
  [
    "restarts",
    ["npx", "mocha", "test/process/durable/restart.test.ts", "--exit", "--timeout", "0"],
    { RESTART_DOWNTIMES: "0.5,2,4,10" },
  ],
  [
    "crashes",
    [
      "npx",
      "mocha",
      "test/process/durable/storm.test.ts",
      "test/redis/durable/storm.test.ts",
      "--timeout",
      "0",
    ],
    { CRASHES: "100" },
  ],
  [
    "telling",
    [
      "npx",
      "mocha",
      "test/process/durable/tell-storm.test.ts",
      "test/redis/cluster/authors/tell-storm.test.ts",
      "--exit",
      "--timeout",
      "0",
    ],
    { TELLS: "all" },
  ],
  [
    "timers",
    [
      "npx",
      "mocha",
      "test/process/durable/timer-storm.test.ts",
      "test/redis/cluster/authors/timer-storm.test.ts",
      "--exit",
      "--timeout",
      "0",
    ],
    { TIMERS: "all" },
  ],
  ["cluster", ["node", "loadtest/cluster/history.ts", "--seconds", "600"]],
  [
    "cluster joins",
    ["npx", "mocha", "test/redis/cluster/routes/one-room.test.ts", "--exit", "--timeout", "0"],
    { RUNS: "20" },
  ],
  [
    "cluster kills",
    ["npx", "mocha", "test/redis/cluster/failures/failover.test.ts", "--exit", "--timeout", "0"],
    { KILLS: "20" },
  ],
  ["herd", ["node", "loadtest/herd.ts"]],
  ["churn", ["node", "loadtest/soak/main.ts"]],
  ["hostile input", ["npm", "run", "test:fuzz", "--", "--count", "100000"]],
  ["whole traces", ["npm", "run", "demo", "--", "--full"]],
];

const command = {
  name: "npm run soak --",
  summary: "The full counts, one after the other: what a closing note quotes. Takes what it takes.",
  options: {},
  words: "[PART OF A STEP'S NAME [THE STEP'S OPTIONS]]",
  isFirstWordLast: true,
  more: ["The steps:", ...steps.map(([name, words]) => `  ${name.padEnd(18)}${words.join(" ")}`)].join("\n"),
};
const { words } = readCommandLine(command, process);
const [only, ...options] = words;
if (!steps.some(([name]) => only === undefined || name.includes(only)))
  refuse(command, process, new UsageError(`No step's name has ${JSON.stringify(only)} in it.`));
let failed = 0;
for (const [name, [command, ...given], env] of steps) {
  if (only !== undefined && !name.includes(only)) continue;
  const startedAt = performance.now();
  const args = [...given, ...options];
  console.log(`\n=== ${name}: ${[command, ...args].join(" ")}`);
  const { status } = spawnSync(command as string, args, {
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
  console.log(
    `=== ${name}: ${status === 0 ? "ok" : "FAILED"} in ${Math.round((performance.now() - startedAt) / 1000)} s`,
  );
  if (status !== 0) failed += 1;
}
process.exitCode = failed === 0 ? 0 : 1;
