// What Holdfast means to reach, each goal with the figure that decides it. Pure. A goal that this run has no figure
// for is neither met nor missed.
import type { Report, ServerId } from "../results.ts";
import { figureOf, ratioOf, scenariosOf } from "./figures.ts";
import { type Row, rows } from "./rows.ts";

export interface Goal {
  readonly text: string;
  /** Undefined when the report has nothing to judge it by. */
  readonly judge: (report: Report) => Verdict | undefined;
}
export interface Verdict {
  readonly figure: string;
  readonly isMet: boolean;
  /** Which scenario it was read in. */
  readonly at: string;
}

interface Limit {
  readonly atMost?: number;
  readonly atLeast?: number;
}
const isWithin = (value: number, { atMost = Infinity, atLeast = -Infinity }: Limit) =>
  value <= atMost && value >= atLeast;
const spell = ({ atMost, atLeast }: Limit) => (atMost === undefined ? `>= ${atLeast}` : `<= ${atMost}`);
const short = (value: number) => Number(value.toPrecision(3)).toLocaleString("en-US");

const names: Readonly<Record<ServerId, string>> = {
  holdfast: "Holdfast",
  "holdfast-ours": "Holdfast with our client",
  plain: "the plain room",
  sio: "Socket.IO",
  bare: "bare ws per tick",
  "bare-each": "bare ws per event",
  "holdfast-memory": "Holdfast in memory",
};

/** Holdfast with a stock client, or with ours. */
type Ours = "holdfast" | "holdfast-ours";
const called = (row: Row, who: Ours) => (who === "holdfast" ? row.title : `${row.title}, our client`);

/** Holdfast's figure divided by another's; `places` are tried in turn, the first that has both decides. */
function ratio(
  row: Row,
  other: ServerId,
  limit: Limit,
  places: readonly string[],
  who: Ours = "holdfast",
): Goal {
  return {
    text: `${called(row, who)}: ${spell(limit)} x ${names[other]} (${places[0]})`,
    judge: (report) => {
      for (const at of places) {
        const value = ratioOf(report, at, row, who, other);
        if (value !== undefined) return { figure: `${short(value)} x`, isMet: isWithin(value, limit), at };
      }
      return undefined;
    },
  };
}

/** How many times sooner (or less) than another. */
function times(row: Row, other: ServerId, atLeast: number, places: readonly string[]): Goal {
  const judge = (report: Report) => {
    for (const at of places) {
      const value = ratioOf(report, at, row, other, "holdfast");
      if (value !== undefined) return { figure: `${short(value)} x`, isMet: value >= atLeast, at };
    }
    return undefined;
  };
  return { text: `${row.title}: >= ${atLeast} x less than ${names[other]} (${places[0]})`, judge };
}

/** Holdfast's own figure; a phase that was not done in its bound meets nothing. */
function limit(row: Row, most: number, at: string, who: Ours = "holdfast"): Goal {
  return {
    text: `${called(row, who)}: <= ${most} (${at})`,
    judge: (report) => {
      const figure = figureOf(report, who, at, row);
      if (figure === undefined) return undefined;
      return { figure: short(figure.value), isMet: figure.value <= most && !figure.isPartial, at };
    },
  };
}

function held(text: string, of: (report: NonNullable<Report["held"]>) => number, bounds: Limit): Goal {
  return {
    text: `${text}: ${bounds.atLeast ?? 0} to ${bounds.atMost}`,
    judge: ({ held: found }) => {
      if (found === undefined) return undefined;
      const value = of(found);
      return { figure: short(value), isMet: isWithin(value, bounds), at: `${found.held} held` };
    },
  };
}

const large = ["2000", "1000", "200"];
const small = "100x10";

export const goals: readonly Goal[] = [
  ratio(rows.joinsPerSecond, "plain", { atLeast: 9 }, large),
  ratio(rows.joinsPerSecond, "sio", { atLeast: 1.8 }, large),
  ratio(rows.joinsPerSecond, "bare", { atLeast: 0.6 }, large),
  ratio(rows.dropTold, "bare", { atMost: 2 }, large),
  ratio(rows.dropTold, "bare", { atMost: 1.2 }, large, "holdfast-ours"),
  times(rows.dropTold, "plain", 70, large),
  times(rows.dropTold, "sio", 70, large),
  ratio(rows.returnsPerSecond, "plain", { atLeast: 40 }, large),
  ratio(rows.returnsPerSecond, "sio", { atLeast: 40 }, large),
  ratio(rows.returnsPerSecond, "bare", { atLeast: 1 }, large),
  times(rows.dropStall, "plain", 100, large),
  times(rows.returnStall, "plain", 20, large),
  limit(rows.dropStall, 100, "2000"),
  limit(rows.returnStall, 100, "2000"),
  limit(rows.dropTold, 1000, "5000"),
  times(rows.dropTold, "plain", 200, ["5000"]),
  ratio(rows.returnTold, "bare", { atMost: 1.1 }, ["5000"]),
  limit(rows.returnTold, 2000, "5000", "holdfast-ours"),
  limit(rows.returnLost, 0, "5000"),
  limit(rows.dropStall, 100, "5000"),
  limit(rows.returnStall, 100, "5000"),
  limit(rows.joinLoop, 100, "5000"),
  limit(rows.dropLoop, 100, "5000"),
  limit(rows.returnLoop, 100, "5000"),
  limit(rows.leaveLoop, 100, "5000"),
  ratio(rows.beatCpu, "bare", { atMost: 1.1 }, large),
  limit(rows.beatBytes, 25, "2000"),
  ratio(rows.burstRate, "plain", { atLeast: 7 }, large),
  ratio(rows.idleCpu, "plain", { atMost: 0.5 }, large),
  limit(rows.heapConnected, 5, "2000"),
  limit(rows.heapHeld, 2, "2000"),
  limit(rows.rssConnected, 22, "2000"),
  limit(rows.heapConnected, 5, small),
  limit(rows.heapHeld, 2, small),
  ratio(rows.joinsPerSecond, "sio", { atLeast: 1.5 }, [small]),
  ratio(rows.joinsPerSecond, "holdfast-memory", { atLeast: 0.8 }, ["2000"]),
  held("joins/s elsewhere, with held seats to without", (of) => of.joinsPerSecond.ratio, {
    atLeast: 0.95,
    atMost: 1.05,
  }),
  held("CPU of one drop, with held seats to without", (of) => of.dropCpuUs.ratio, { atMost: 1.05 }),
  held("one drop told, with held seats to without", (of) => of.dropToldMs.ratio, { atMost: 1.05 }),
];

/** What other commands measure. */
export const measuredElsewhere = [
  "SQLite: a tick of 1,000 transitions < 20 ms (npm run bench:store)",
  "a slow client never holds silently wrong state (test/pure/framework/serializer.test.ts)",
];

/** Goals that this report can judge, first those of the scenarios that it has. */
export function judgeAll(report: Report): { readonly goal: Goal; readonly verdict: Verdict | undefined }[] {
  if (scenariosOf(report).length === 0) return [];
  return goals.map((goal) => ({ goal, verdict: goal.judge(report) }));
}
