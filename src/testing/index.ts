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
export { testEvent, TestEvent } from "./test-event.ts";
export type { PhoneOptions, RestartOptions, TestEventOptions } from "./options.ts";
export {
  Phone,
  type PlainParticipant,
  type PlainState,
} from "./phone/phone.ts";
export { TestPage } from "./client/test-page.ts";
export type { PhoneClient, PhoneDetails, PhoneStatus } from "./phone/page.ts";
export { ConnectionLost, JoinRefused, MessageRefused } from "./phone/refused.ts";
export type { ReceivedMessage, Seen } from "./phone/seen.ts";
export type { CrashPoint } from "./server/crashing-store.ts";
export type {
  Action,
  ConformanceOptions,
  JoiningGuest,
  PublishOptions,
  RealServer,
} from "./conformance/options.ts";
export type { TestRunner } from "./conformance/runner.ts";
export {
  checkConformance,
  conformance,
  type PlainStateOf,
  type RoomClass,
  type SuiteOptions,
} from "./conformance/suite.ts";
export type { Venue } from "./conformance/venue.ts";
export type { Outcome, Verdict } from "./conformance/verdict.ts";
export { HostPhone } from "./phone/host-phone.ts";
export type { LogLine, ReportedError } from "./server/test-log.ts";
