// The version of what travels between client and room. `npm run check:wire` holds it against the record of every frame,
// field, code and reason (api/wire.json): what was there cannot change without a higher version.

/**
 * 1 (2026-11): joins, presence and heartbeats on Colyseus 0.18.
 * 2 (2026-12): a refusal's body has `reason` and `retry_after_ms`.
 */
export const protocolVersion = 2;
