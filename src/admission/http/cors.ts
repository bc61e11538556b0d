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

/** What a page may ask for: the framework's own list (core 0.18.17, `DEFAULT_CORS_HEADERS`), without its origins. */
const preflighted = {
  "access-control-allow-headers": "Origin, X-Requested-With, Content-Type, Accept, Authorization",
  "access-control-allow-methods": "GET,HEAD,PUT,PATCH,POST,DELETE",
  "access-control-max-age": "2592000",
};

/** The answer to a preflight. */
export function preflightHeaders(cors: Record<string, string>): Record<string, string> {
  return { ...preflighted, ...cors };
}
