// The link that makes somebody a host: where its one-time code stands. Pure.

/**
 * The one-time code of a host's link (`https://events.example.com/host#code=...`): undefined for an address without one. It
 * stands behind the `#`, which no browser sends to a server; take it out of the address bar once it is spent.
 * @param location `location`, a `URL`, or the link as text
 * @example
 * const code = codeOfLink(location);
 * if (code !== undefined) await host.signIn(code);
 * history.replaceState(null, "", location.pathname + location.search);
 */
export function codeOfLink(location: string | { readonly hash: string }): string | undefined {
  const link = typeof location === "string" ? location : location.hash;
  const fragment = link.slice(link.indexOf("#") + 1);
  return (link.includes("#") && new URLSearchParams(fragment).get("code")) || undefined;
}
