// What can be read off a run: one row of the table each, with its unit and which way is better. Pure.
import type { MemoryResult, PhaseName, PhaseResult, RunResult } from "../results.ts";

export interface Row {
  readonly title: string;
  readonly better: "more" | "less";
  /** The figure, or undefined when this run has none. */
  readonly of: (run: RunResult) => number | undefined;
  /** The phase that must have been done in its bound; when it was not, times are "at least". */
  readonly phase?: PhaseName;
}

function phaseRow(
  phase: PhaseName,
  title: string,
  better: Row["better"],
  of: (result: PhaseResult) => number | undefined,
): Row {
  const read = (run: RunResult) => {
    const result = run.phases[phase];
    return result === undefined ? undefined : of(result);
  };
  return { title, better, phase, of: read };
}

const memoryRow = (title: string, of: (memory: MemoryResult) => number | undefined): Row => ({
  title,
  better: "less",
  of: ({ memory }) => {
    const bytes = memory === undefined ? undefined : of(memory);
    return bytes === undefined ? undefined : bytes / 1024;
  },
});

const perOperation = (result: PhaseResult, total: number) => total / Math.max(result.done, 1);
const worst = (of: (result: PhaseResult) => number) => (run: RunResult) => {
  const long = Object.values(run.phases).filter(({ wallMs }) => wallMs >= 200); // CPU is counted in ticks of 10 ms
  return long.length === 0 ? undefined : Math.max(...long.map(of));
};

export const rows = {
  joinsPerSecond: phaseRow("join", "joins/s", "more", (join) => join.perSecond),
  joinP50: phaseRow("join", "join p50, ms", "less", (join) => join.p50Ms),
  joinP99: phaseRow("join", "join p99, ms", "less", (join) => join.p99Ms),
  joinCpu: phaseRow("join", "CPU per join, us", "less", (join) => join.cpuUsPerOp),
  joinStall: phaseRow("join", "longest stall in joins, ms", "less", (join) => join.loopMaxMs),
  joinLoop: phaseRow("join", "loop delay p99 in joins, ms", "less", (join) => join.loopP99Ms),
  joinBytes: phaseRow("join", "MB sent for joins", "less", (join) => join.bytes / 1e6),
  beatP50: phaseRow("beats", "beat p50, ms", "less", (beats) => beats.p50Ms),
  beatP99: phaseRow("beats", "beat p99, ms", "less", (beats) => beats.p99Ms),
  beatCpu: phaseRow("beats", "CPU per beat and ack, us", "less", (beats) => beats.cpuUsPerOp),
  beatBytes: phaseRow("beats", "bytes per beat", "less", (beats) => perOperation(beats, beats.bytes)),
  newsP50: phaseRow("broadcast", "one to all: p50, ms", "less", (news) => news.p50Ms),
  newsP99: phaseRow("broadcast", "one to all: p99, ms", "less", (news) => news.p99Ms),
  newsCpu: phaseRow("broadcast", "CPU per message delivered, us", "less", (news) => news.cpuUsPerOp),
  burstRate: phaseRow("burst", "ten at once: messages per s of CPU", "more", (burst) =>
    burst.cpuMs === 0 ? undefined : (1000 * burst.done) / burst.cpuMs,
  ),
  dropTold: phaseRow("drop", "30 % drop: all told, ms", "less", (drop) => drop.toldMs),
  dropCpu: phaseRow("drop", "CPU per drop, us", "less", (drop) => drop.cpuUsPerOp),
  dropStall: phaseRow("drop", "longest stall in the drop, ms", "less", (drop) => drop.loopMaxMs),
  dropLoop: phaseRow("drop", "loop delay p99 in the drop, ms", "less", (drop) => drop.loopP99Ms),
  dropFrames: phaseRow("drop", "thousand frames in the drop", "less", (drop) => drop.frames / 1000),
  dropBytes: phaseRow("drop", "MB sent in the drop", "less", (drop) => drop.bytes / 1e6),
  returnsPerSecond: phaseRow("return", "returns/s", "more", (back) => back.perSecond),
  returnP50: phaseRow("return", "return p50, ms", "less", (back) => back.p50Ms),
  returnP99: phaseRow("return", "return p99, ms", "less", (back) => back.p99Ms),
  returnTold: phaseRow("return", "all returned and told, ms", "less", (back) => back.toldMs),
  returnLost: phaseRow("return", "seats lost", "less", (back) => back.of - back.done),
  returnCpu: phaseRow("return", "CPU per return, us", "less", (back) => back.cpuUsPerOp),
  returnStall: phaseRow("return", "longest stall in the return, ms", "less", (back) => back.loopMaxMs),
  returnLoop: phaseRow("return", "loop delay p99 in the return, ms", "less", (back) => back.loopP99Ms),
  returnFrames: phaseRow("return", "thousand frames in the return", "less", (back) => back.frames / 1000),
  returnBytes: phaseRow("return", "MB sent in the return", "less", (back) => back.bytes / 1e6),
  leavesPerSecond: phaseRow("leave", "leaves/s", "more", (leave) => leave.perSecond),
  leaveStall: phaseRow("leave", "longest stall in the leaves, ms", "less", (leave) => leave.loopMaxMs),
  leaveLoop: phaseRow("leave", "loop delay p99 in the leaves, ms", "less", (leave) => leave.loopP99Ms),
  idleCpu: {
    title: "CPU while nothing happens, % of a core",
    better: "less",
    of: (run) => run.idleCpuPercent,
  },
  heapConnected: memoryRow("heap per connected, KB", (memory) => memory.heapPerConnected),
  buffersConnected: memoryRow("buffers per connected, KB", (memory) => memory.buffersPerConnected),
  rssConnected: memoryRow("RSS per connected, KB", (memory) => memory.rssPerConnected),
  heapHeld: memoryRow("heap per held seat, KB", (memory) => memory.heapPerHeld),
  buffersHeld: memoryRow("buffers per held seat, KB", (memory) => memory.buffersPerHeld),
  heapLeft: memoryRow("heap left behind per past participant, KB", (memory) => memory.heapLeftPerPast),
  buffersLeft: memoryRow(
    "buffers left behind per past participant, KB",
    (memory) => memory.buffersLeftPerPast,
  ),
  rssLeft: memoryRow("RSS left behind per past participant, KB", (memory) => memory.rssLeftPerPast),
  generator: {
    title: "load generator: busiest phase, cores",
    better: "less",
    of: worst(({ generatorBusy }) => generatorBusy),
  },
  others: {
    title: "rest of the machine: busiest phase, cores",
    better: "less",
    of: worst(({ otherBusy }) => otherBusy),
  },
} as const satisfies Record<string, Row>;
