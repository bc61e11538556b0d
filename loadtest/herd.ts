// `node loadtest/herd.ts [--clients N] [--down-ms N]`: N of our clients whose server is killed (-9) and listens again after 2 s
// (harness/crashes/herd). Prints one JSON object; exits with 1 when a bound is broken.
import { runHerd } from "../harness/crashes/herd.ts";
import { readCommandLine, whole } from "../src/command-line.ts";

const { values } = readCommandLine(
  {
    name: "node loadtest/herd.ts",
    summary: "Many of our clients, whose server goes away and comes back: do they all come at once?",
    options: {
      clients: whole("How many", 500, 1, 5000),
      "down-ms": whole("How long the server is away", 2000, 0, 600_000),
    },
  },
  process,
);
const figures = await runHerd(values.clients, values["down-ms"]);
console.log(JSON.stringify(figures, null, 2));
const isGood =
  figures.back === figures.clients &&
  figures.newSeats === 0 &&
  figures.lastBackMs <= 8000 &&
  figures.fullestWindowShare <= 0.1;
process.exit(isGood ? 0 : 1);
