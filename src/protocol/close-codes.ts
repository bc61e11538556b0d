// The one table of WebSocket close codes: what happened, and what the client must do about it.
// Nothing else in src writes one of these codes as a number. Shared by server, client, pages and load tests.

/** What a client has to do after a close: `reconnect` (the SDK does it by itself), `rejoin` by a fresh join, or `stop`. */
export type ClientDuty = "reconnect" | "rejoin" | "stop";

export interface CloseReason {
  readonly code: number;
  /** A word for programs and logs, sent with the close. */
  readonly reason: string;
  readonly duty: ClientDuty;
}

/** Codes 4000-4010 are Colyseus's, 4500-4503 ours; 1009 is the WebSocket library's own. */
export const closeCodes = {
  consented: { code: 4000, reason: "consented", duty: "stop" },
  serverShutdown: { code: 4001, reason: "server_shutdown", duty: "rejoin" },
  undecodable: { code: 4002, reason: "undecodable", duty: "rejoin" },
  reconnectionRefused: { code: 4003, reason: "reconnection_refused", duty: "rejoin" },
  comeBack: { code: 4010, reason: "come_back", duty: "reconnect" },
  kicked: { code: 4500, reason: "kicked", duty: "stop" },
  replaced: { code: 4501, reason: "replaced", duty: "stop" },
  eventClosed: { code: 4502, reason: "event_closed", duty: "stop" },
  protocolViolation: { code: 4503, reason: "protocol_violation", duty: "rejoin" },
  frameTooLarge: { code: 1009, reason: "frame_too_large", duty: "rejoin" },
} as const satisfies Record<string, CloseReason>;

export type CloseName = keyof typeof closeCodes;

/** The SDK reconnects by itself on these and on no other code (Colyseus SDK 0.18, Room.ts). */
const sdkReconnectCodes: ReadonlySet<number> = new Set([1001, 1005, 1006, closeCodes.comeBack.code]);

/** What the client must do after its socket closed with `code`. Unknown codes are a lost connection: rejoin. */
export function dutyAfter(code: number): ClientDuty {
  if (sdkReconnectCodes.has(code)) return "reconnect";
  const known = Object.values(closeCodes).find((entry) => entry.code === code);
  return known?.duty ?? "rejoin";
}
