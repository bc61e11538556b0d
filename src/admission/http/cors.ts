// Which pages may talk to us: the origins that the settings name, and our own.

export interface Origins {
  readonly allowedOrigins: "*" | readonly string[];
}

export function isAllowedOrigin(
  { allowedOrigins }: Origins,
  origin: string | null | undefined,
  host: string | null | undefined,
): boolean {
  if (!origin || allowedOrigins === "*" || allowedOrigins.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

/** [W7] an origin that is not allowed gets none of these, and so its page cannot read the answer. */
export function corsHeaders(
  origins: Origins,
  origin: string | null | undefined,
  host: string | null | undefined,
): Record<string, string> {
  if (!origin || !isAllowedOrigin(origins, origin, host)) return {};
  return {
    "access-control-allow-origin": origin,
    "access-control-allow-credentials": "true", // the SDK always sends credentials
    vary: "Origin",
  };
}
