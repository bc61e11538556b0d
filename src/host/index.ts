// holdfast/host: events as a host opens, changes and ends them, and acts on the people in them. For browsers and Node.
export type {
  EventChange,
  EventDetails,
  HostEventDetails,
  RemovedDevice,
  WhoMayJoin,
} from "../protocol/event-details.ts";
export type {
  ApiSession,
  EventAnswer,
  EventListAnswer,
  EventNumbers,
  EventRequest,
  Invitation,
  InvitationRequest,
  ListedEvent,
  ServerFacts,
} from "../protocol/host-api.ts";
export type { RefusalReason } from "../protocol/refusal.ts";
export type { HostAction, HostActionResult, Whom } from "../protocol/session.ts";
export { HostError, type HostErrorOptions } from "./errors.ts";
export { HostClient, type HostClientOptions } from "./host-client.ts";
export { codeOfLink } from "./link.ts";
