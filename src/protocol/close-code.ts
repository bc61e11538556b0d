// The numbers of WebSocket closes, alone: what they mean is in close-codes, which a browser's bundle does without.
// Nothing else in src writes one of these codes as a number.

/** By their names. 4000-4010 are Colyseus's, 4500-4503 ours; 1009 is the WebSocket library's own. */
export const closeCode = {
  consented: 4000,
  serverShutdown: 4001,
  undecodable: 4002,
  reconnectionRefused: 4003,
  comeBack: 4010,
  kicked: 4500,
  replaced: 4501,
  eventClosed: 4502,
  protocolViolation: 4503,
  frameTooLarge: 1009,
} as const;
