// The one table of WebSocket close codes: what happened, and what the client must do about it. Shared by server, client,
// pages and load tests.
import { closeCode } from "./close-code.ts";

/** What a client has to do after a close: `reconnect` (the SDK does it by itself), `rejoin` by a fresh join, or `stop`. */
export type ClientDuty = "reconnect" | "rejoin" | "stop";

/** One kind of close: its number, its word, and what the client does after it. */
export interface CloseReason {
  readonly code: number;
  /** A word for programs and logs, sent with the close. */
  readonly reason: string;
  readonly duty: ClientDuty;
}

/** The names of `closeCodes`. */
export type CloseName = keyof typeof closeCode;

/** Every close that a room makes, by its name. */
export const closeCodes = {
  consented: { code: closeCode.consented, reason: "consented", duty: "stop" },
  serverShutdown: { code: closeCode.serverShutdown, reason: "server_shutdown", duty: "rejoin" },
  undecodable: { code: closeCode.undecodable, reason: "undecodable", duty: "rejoin" },
  reconnectionRefused: {
    code: closeCode.reconnectionRefused,
    reason: "reconnection_refused",
    duty: "rejoin",
  },
  comeBack: { code: closeCode.comeBack, reason: "come_back", duty: "reconnect" },
  kicked: { code: closeCode.kicked, reason: "kicked", duty: "stop" },
  replaced: { code: closeCode.replaced, reason: "replaced", duty: "stop" },
  eventClosed: { code: closeCode.eventClosed, reason: "event_closed", duty: "stop" },
  protocolViolation: { code: closeCode.protocolViolation, reason: "protocol_violation", duty: "rejoin" },
  frameTooLarge: { code: closeCode.frameTooLarge, reason: "frame_too_large", duty: "rejoin" },
} as const satisfies Record<CloseName, CloseReason>;

/** The SDK reconnects by itself on these and on no other code (Colyseus SDK 0.18, Room.ts). */
const sdkReconnectCodes: ReadonlySet<number> = new Set([1001, 1005, 1006, closeCode.comeBack]);

/** What the client must do after its socket closed with `code`. Unknown codes are a lost connection: rejoin. */
export function dutyAfter(code: number): ClientDuty {
  if (sdkReconnectCodes.has(code)) return "reconnect";
  const known = Object.values(closeCodes).find((entry) => entry.code === code);
  return known?.duty ?? "rejoin";
}
