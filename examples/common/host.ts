// How a page becomes a host's in open mode: the link that the server prints has a code, which is exchanged once for a token.

const key = "holdfast-example:host-token";

/** This browser's token of a host; undefined where nobody has followed a host's link. */
export async function hostToken(): Promise<string | undefined> {
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  if (code !== null) {
    history.replaceState(null, "", location.pathname + location.search); // it is of no use a second time
    const answer = await fetch("/host/session", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ code }),
    });
    if (answer.ok) {
      const { host_token: token } = (await answer.json()) as { host_token: string };
      localStorage.setItem(key, token);
    }
  }
  return localStorage.getItem(key) ?? undefined;
}
