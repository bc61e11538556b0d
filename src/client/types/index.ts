// The client's public vocabulary: what an application gives, sees and calls. Types only; the bottom of the client's folders.
export type { Json } from "../../protocol/json.ts";
export type { LeaveReason } from "../../protocol/messages.ts";
export type { RefusalReason } from "../../protocol/refusal.ts";
export type { EventDetails, HostEventDetails, RemovedDevice } from "../../protocol/event-details.ts";
export type * from "./callbacks.ts";
export type * from "./details.ts";
export type * from "./events.ts";
export type * from "./messages.ts";
export type * from "./options.ts";
export type * from "./roster.ts";
export type * from "./session.ts";
export type * from "./state.ts";
export type * from "./status.ts";
