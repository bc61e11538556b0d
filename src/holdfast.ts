// The public entry of the package: everything a room author may import, by name, and nothing else.
// What is not listed here may change without notice. Clients and pages use "holdfast/protocol" instead.
export {
  type AnyEventRoom,
  type App,
  type AppOptions,
  createApp,
  type CreatedEvent,
  type NewEvent,
} from "./app.config.ts";
export { type EventRoomSettings, eventRoom } from "./rooms/framework/event-room.ts";
export { type Holdfast, type HoldfastOptions, holdfastOf, withHoldfast } from "./server/with-holdfast.ts";
export { type Clock, systemClock, type Timer } from "./clock.ts";
export { type Config, type Environment, loadConfig, SettingError } from "./config.ts";
export { type Host, type Runnable, serve } from "./ops/lifecycle.ts";
export { createLogger, type Logger } from "./ops/logger.ts";
export { type CloseName, type CloseReason, closeCodes } from "./protocol/close-codes.ts";
export type { EventChange, WhoMayJoin } from "./protocol/event-details.ts";
export type { Json } from "./protocol/json.ts";
export type { DisconnectReason, LeaveReason, ParticipantStatus } from "./protocol/messages.ts";
export { Refusal, type RefusalCode, type RefusalOptions, type RefusalReason } from "./protocol/refusal.ts";
export type { AuthorRoom, TimeLost } from "./rooms/AuthorRoom.ts";
export { openMode } from "./identity/providers/open-mode.ts";
export type { IdentityProvider, IdentityRequest, VerifiedIdentity } from "./identity/provider.ts";
export { tokenMode } from "./identity/providers/token-mode.ts";
export type { TokenKeys, TokenRules } from "./identity/providers/token-rules.ts";
export { type UserClaims, type UserTokenOptions, userTokens } from "./identity/providers/user-tokens.ts";
export type { OwnFieldsOf, SeatRequest } from "./rooms/author/seat-requests.ts";
export { EventRoom } from "./rooms/EventRoom.ts";
export type { EventMetadata } from "./rooms/directory/metadata.ts";
export { MailboxFullError } from "./event/messages/mailboxes.ts";
export { type ParticipantInfo, Participants } from "./event/participants.ts";
export {
  defineEventState,
  type EventSchema,
  EventState,
  Participant,
  type ParticipantOf,
  type StateOf,
} from "./schema/event-state.ts";
export { type Client, validate } from "./rooms/author/client.ts";
export { hostOnly } from "./rooms/author/host-only.ts";
export type { ClientAuth, ObserverAuth, ParticipantAuth } from "./event/client-auth.ts";
export type { ConnectedBy } from "./event/ports.ts";
export { type TimerInfo, Timers } from "./event/timers/timers.ts";
export type { FiredTimer, TimedHandler } from "./rooms/author/timer-handlers.ts";
export type { Seat } from "./seats/seat.ts";
export type { Claims } from "./seats/seat.ts";
export type { SeatRecord } from "./seats/snapshot.ts";
export { createStore } from "./store/create-store.ts";
export { MemoryStore } from "./store/memory-store.ts";
export { RedisStore } from "./store/redis/redis-store.ts";
export type {
  EntryChanges,
  EventBatch,
  EventFacts,
  Kept,
  SeatStore,
  StoredEvent,
  StoredSeat,
} from "./store/seat-store.ts";
export { SqliteStore } from "./store/sqlite/sqlite-store.ts";

// The framework's own, from the one copy that the room runs on: a second copy of its schema would not encode.
export { schema, StateView, t } from "@colyseus/schema";
