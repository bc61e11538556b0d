// The public face of the protocol: what a client, a page or a load test may know of the server.
export { type ClientDuty, type CloseName, type CloseReason, closeCodes, dutyAfter } from "./close-codes.ts";
export {
  type JoinRequest,
  maxTokenLength,
  type ObserverRequest,
  type ParticipantRequest,
  parseJoinOptions,
} from "./incoming/join-options.ts";
export {
  type Announcement,
  type AnnouncementType,
  type AuthorsAnnouncement,
  type DisconnectReason,
  disconnectReasons,
  type HeartbeatAck,
  heartbeatType,
  type HistoryEntry,
  type LeaveReason,
  leaveReasons,
  type ParticipantJoined,
  type ParticipantLeft,
  type ParticipantReconnected,
  type ParticipantStatus,
  type ParticipantTemporarilyDisconnected,
  type RoomMessages,
  roomName,
} from "./messages.ts";
export {
  Refusal,
  type RefusalBody,
  type RefusalCode,
  type RefusalReason,
  refusalReasons,
  retryLater,
} from "./refusal.ts";
export { type Told, toldType } from "./session.ts";
export { protocolVersion } from "./version.ts";
