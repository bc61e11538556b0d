// The shape of a benchmark's results, as its JSON file has them. Types and names only; units are in the names.

export const phaseNames = ["join", "beats", "broadcast", "burst", "drop", "return", "leave"] as const;
export type PhaseName = (typeof phaseNames)[number];

export const serverIds = [
  "holdfast",
  "holdfast-ours",
  "plain",
  "sio",
  "bare",
  "bare-each",
  "holdfast-memory",
] as const;
export type ServerId = (typeof serverIds)[number];

export interface Scenario {
  readonly events: number;
  readonly eventSize: number;
}
/** "1000" for one event, "100x10" for a hundred of ten. */
export const nameOf = ({ events, eventSize }: Scenario): string =>
  events === 1 ? String(eventSize) : `${events}x${eventSize}`;

/** One phase of one run. What was not done in its bound has `ok` false: times are then "at least". */
export interface PhaseResult {
  readonly ok: boolean;
  /** Operations done, of how many; an operation is a join, a beat, a message delivered, a drop, a return, a leave. */
  readonly done: number;
  readonly of: number;
  readonly wallMs: number;
  readonly perSecond: number;
  /** Of single operations: a join, a beat, a return, a leave; until one was told all, for drops and broadcasts. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Until everyone who stayed had been told of everything; undefined where nobody is told. */
  readonly toldMs?: number;
  readonly cpuMs: number;
  readonly cpuUsPerOp: number;
  readonly loopP99Ms: number;
  readonly loopMaxMs: number;
  /** Received by the load generator. */
  readonly frames: number;
  readonly bytes: number;
  /** How much of a core the load generator used: near 1, it may be the bottleneck. */
  readonly generatorBusy: number;
  /** How long the load generator's own event loop was held up at worst. */
  readonly generatorStallMs: number;
  /** How many cores everything else on the machine kept busy: over 0.2 or so, the phase is not worth much. */
  readonly otherBusy: number;
  readonly errors?: readonly string[];
}

/** In bytes, each participant's share, over what the server needed before anyone came. */
export interface MemoryResult {
  /** V8's heap (`heapUsed`): objects. */
  readonly heapPerConnected: number;
  /** Outside of it (`external`): what buffers hold. */
  readonly buffersPerConnected: number;
  readonly rssPerConnected: number;
  /** Undefined when nobody dropped. */
  readonly heapPerHeld?: number;
  readonly buffersPerHeld?: number;
  /** Of everyone who was there; undefined when they did not leave. */
  readonly heapLeftPerPast?: number;
  readonly buffersLeftPerPast?: number;
  readonly rssLeftPerPast?: number;
}

export interface RunResult {
  readonly server: ServerId;
  readonly scenario: Scenario;
  readonly round: number;
  readonly phases: Partial<Record<PhaseName, PhaseResult>>;
  readonly memory?: MemoryResult;
  /** CPU in percent of a core while everyone is connected and nothing happens. */
  readonly idleCpuPercent?: number;
  /** Why it ended early. */
  readonly failure?: string;
}

/** Two Holdfasts side by side, one of which holds many seats. Each figure: without, with, and the median ratio. */
export interface HeldResult {
  readonly held: number;
  readonly joinsPerSecond: Compared;
  readonly joinCpuUs: Compared;
  readonly dropToldMs: Compared;
  readonly dropCpuUs: Compared;
}
export interface Compared {
  readonly without: number;
  readonly with: number;
  readonly ratio: number;
}

export interface Report {
  readonly version: 2;
  readonly at: string;
  readonly machine: string;
  readonly node: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly tookSeconds: number;
  readonly runs: readonly RunResult[];
  readonly held?: HeldResult;
  readonly heldFailure?: string;
}
