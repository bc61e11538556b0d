// What hosts ask over HTTP, put together for one process.
import type { Clock } from "../clock.ts";
import type { Config } from "../config.ts";
import type { ErrorReports } from "../admission/refusals.ts";
import { checkChange } from "../event/details/change-limits.ts";
import { Creations } from "../host-api/creations.ts";
import { HostApi } from "../host-api/host-api.ts";
import type { CreationLimits, EventMaker, HostedEvents, Hosts, StoredEvents } from "../host-api/ports.ts";
import { HostRequests } from "../identity/limits/host-requests.ts";
import { protocolVersion } from "../protocol/version.ts";
import type { Surroundings } from "./surroundings.ts";

interface Parts {
  readonly hosts: Hosts;
  readonly clock: Clock;
  readonly events: HostedEvents;
  readonly stored: StoredEvents;
  readonly maker: EventMaker;
  readonly limits: CreationLimits;
  readonly reports: ErrorReports;
}

export function hostApi(config: Config, { isAlone }: Surroundings, parts: Parts): HostApi {
  const { hosts, clock, events, stored, maker, limits, reports } = parts;
  const { eventCreation, openPlay, isMonitorOn, maxParticipants, gracePeriodMs } = config;
  const creations = new Creations(maker, limits, {
    eventCreation,
    check: (details) => checkChange(details, config),
  });
  const facts = {
    protocol_version: protocolVersion,
    open_play: openPlay === "on" && eventCreation === "anyone",
    host_codes: hosts.haveCodes,
    monitor: isMonitorOn && isAlone,
    max_capacity: maxParticipants,
    grace_period_ms: gracePeriodMs,
  };
  return new HostApi({ hosts, limits: new HostRequests(clock), events, stored, creations, facts, reports });
}
