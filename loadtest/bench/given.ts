// What the command line asks of the benchmark. Reads it once; the rest of the benchmark is told.
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Plan, plans, type Turns } from "./plan.ts";
import { nameOf, type ServerId, serverIds } from "./results.ts";

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
    markdown: flag,
  },
});

export const given = {
  smoke: values.smoke,
  out: values.out,
  profileTo: values.profile === undefined ? undefined : resolve(values.profile),
  /** Reports to print instead of running anything. */
  show: values.show?.split(","),
  markdown: values.markdown,
  /** How many act abreast in a storm. */
  width: whole("width", 5000) as number,
  /** For the report: what was asked for. */
  options: { ...values, out: undefined },
};

function whole(name: "rounds" | "minutes" | "held" | "width", max: number): number | undefined {
  const asked = values[name];
  if (asked === undefined) return undefined;
  const value = Number(asked);
  if (!Number.isInteger(value) || value < 0 || value > max)
    throw new Error(`--${name} must be a whole number up to ${max}`);
  return value;
}

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

/** @throws when an option makes no sense */
export function planGiven(): Plan {
  const base: Plan = plans[values.full ? "full" : values.smoke ? "smoke" : "bench"];
  const sizes = values.sizes?.split(",");
  const minutes = whole("minutes", 10_000);
  const isWhole = sizes === undefined && values.servers === undefined;
  return {
    ...base,
    lineup: turnsGiven(base, sizes),
    rounds: whole("rounds", 1000) ?? base.rounds,
    budgetMs: minutes === undefined ? base.budgetMs : 60_000 * minutes,
    held: whole("held", 100_000) ?? (isWhole ? base.held : 0),
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
        throw new Error(`--sizes: ${size} is neither a number of participants nor events x participants`);
      const scenario = { events: events as number, eventSize: eventSize as number };
      return { scenario, servers: plans.bench.lineup[0].servers };
    });
}
