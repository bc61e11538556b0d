// How long a key must be that signs tokens. Shared by the settings and the command that mints tokens.

/** How many characters SESSION_SECRET has at least: as many bytes as HS256's hash, which is what RFC 7518 asks of a key. */
export const shortestSecret = 32;
