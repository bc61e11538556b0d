// holdfast/testing: what tests of a room, and of what talks to one, need. For Node alone.
export { type Direction, FaultProxy, type LinkQuality } from "./network/fault-proxy.ts";
export {
  type Cuttable,
  mergeOutages,
  type Outage,
  playOutages,
  type PlayOptions,
  type RecordedOutages,
  recordedOutages,
} from "./network/outages.ts";
