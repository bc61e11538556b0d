// What the command line asks of the benchmark. Reads it once; the rest of the benchmark is told.
import { join, resolve } from "node:path";
import { flag, readCommandLine, refuse, text, UsageError, whole } from "../../src/command-line.ts";
import { type Plan, plans, type Turns } from "./plan.ts";
import { nameOf, type ServerId, serverIds } from "./results.ts";

const command = {
  name: "npm run bench --",
  summary: "Holdfast beside a plain Colyseus room, Socket.IO and bare ws, in turns (loadtest/README.md).",
  options: {
    full: flag("All sizes and servers, about 40 minutes"),
    smoke: flag("Everything once, as small as it gets; fails when something is not done"),
    servers: text(`Only these of ${serverIds.join(", ")}; with commas`),
    sizes: text("Only these, such as 200,2000 participants or 100x10 events x participants"),
    rounds: whole("How often each is measured", undefined, 0, 1000),
    minutes: whole("No run begins that would probably end after this", undefined, 0, 10_000),
    width: whole("How many act abreast in a storm", 200, 1, 5000),
    held: whole("Seats that are held while others join; 0 leaves it out", undefined, 0, 100_000),
    out: text("The folder of the reports", join(import.meta.dirname, "results")),
    profile: text("A folder for CPU profiles of the servers"),
    show: text("Reports to print instead of running anything; with commas"),
    markdown: flag("With --show: as Markdown"),
  },
};
const { values } = readCommandLine(command, process);

export const given = {
  smoke: values.smoke,
  out: values.out,
  profileTo: values.profile === undefined ? undefined : resolve(values.profile),
  /** Reports to print instead of running anything. */
  show: values.show?.split(","),
  markdown: values.markdown,
  /** How many act abreast in a storm. */
  width: values.width,
  /** For the report: what was asked for. */
  options: { ...values, out: undefined },
};

function serversGiven(): readonly ServerId[] | undefined {
  const asked = values.servers?.split(",") as ServerId[] | undefined;
  const unknown = asked?.find((id) => !serverIds.includes(id));
  if (unknown !== undefined) throw new Error(`--servers: ${unknown} is none of ${serverIds.join(", ")}`);
  return asked;
}

/** Which of the plan's turns are asked for; servers that are named take turns in each of its sizes. */
function turnsGiven(base: Plan, sizes: readonly string[] | undefined): readonly Turns[] {
  const servers = serversGiven();
  const all = sizes === undefined ? base.lineup : [...base.lineup, ...oddSizes(sizes, base)];
  const those = all.filter(({ scenario }) => sizes?.includes(nameOf(scenario)) ?? true);
  if (servers === undefined) return those;
  const names = [...new Set(those.map(({ scenario }) => nameOf(scenario)))];
  return names.map((name) => ({
    scenario: (those.find(({ scenario }) => nameOf(scenario) === name) as Turns).scenario,
    servers,
  }));
}

/** Ends the process when an option makes no sense. */
export function planGiven(): Plan {
  try {
    return readPlan();
  } catch (error) {
    return refuse(command, process, error);
  }
}

/** @throws UsageError when an option makes no sense */
function readPlan(): Plan {
  const base: Plan = plans[values.full ? "full" : values.smoke ? "smoke" : "bench"];
  const sizes = values.sizes?.split(",");
  const minutes = values.minutes;
  const isWhole = sizes === undefined && values.servers === undefined;
  return {
    ...base,
    lineup: turnsGiven(base, sizes),
    rounds: values.rounds ?? base.rounds,
    budgetMs: minutes === undefined ? base.budgetMs : 60_000 * minutes,
    held: values.held ?? (isWhole ? base.held : 0),
  };
}

/** Sizes that the plan does not have: `300`, or `20x5`. */
function oddSizes(sizes: readonly string[], { lineup }: Plan): Turns[] {
  const known = new Set(lineup.map(({ scenario }) => nameOf(scenario)));
  return sizes
    .filter((size) => !known.has(size))
    .map((size) => {
      const [events, eventSize] = size.includes("x") ? size.split("x").map(Number) : [1, Number(size)];
      if (!((events as number) >= 1 && (eventSize as number) >= 4))
        throw new UsageError(
          `--sizes: ${size} is neither a number of participants nor events x participants`,
        );
      const scenario = { events: events as number, eventSize: eventSize as number };
      return { scenario, servers: plans.bench.lineup[0].servers };
    });
}
