/** How many characters SESSION_SECRET has at least: as many bytes as HS256's hash, which is what RFC 7518 asks of a key. */
export const shortestSecret = 32;
