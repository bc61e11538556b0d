// The version of what travels between client and room. Raise it with every change of a name or a meaning.

/** 1 (2026-11): joins, presence and heartbeats on Colyseus 0.18. */
export const protocolVersion = 1;
