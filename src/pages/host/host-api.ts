// The host's HTTP: the token for a one-time code, and the list of events. Where the token is kept: this tab only.
// Never puts a token or a code into an address.
import type { HostEventList, HostSession } from "../../protocol/session.ts";
import { serverOf } from "../core/places.ts";
import { keepForTab, keptForTab } from "../tab-memory.ts";

/** An answer that is a refusal; the message is a sentence for a person. */
export class HostApiError extends Error {
  override readonly name = "HostApiError";
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const timeoutMs = 8000;

async function ask(path: string, init: RequestInit): Promise<unknown> {
  let response: Response;
  try {
    const address = `${serverOf(location.href)}/${path}`;
    response = await fetch(address, { ...init, cache: "no-store", signal: AbortSignal.timeout(timeoutMs) });
  } catch {
    throw new HostApiError(0, "The server cannot be reached.");
  }
  const body = (await response.json().catch(() => ({}))) as { error?: unknown; message?: unknown };
  if (response.ok) return body;
  const [sentence] = [body.error, body.message].filter((text) => typeof text === "string");
  throw new HostApiError(response.status, sentence ?? `The server answered ${response.status}.`);
}

/** The token for the code of a one-time link. @throws HostApiError */
export async function sessionFor(code: string): Promise<string> {
  const init = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code }),
  };
  const { host_token: token } = (await ask("host/session", init)) as HostSession;
  return token;
}

/** Every event that the token may see. @throws HostApiError */
export async function listEvents(token: string): Promise<HostEventList> {
  return (await ask("host/events", { headers: { authorization: `Bearer ${token}` } })) as HostEventList;
}

const key = "holdfast.host-token";

export const keptToken = {
  read: (): string | undefined => keptForTab(key),
  write: (token: string): void => keepForTab(key, token),
  forget: (): void => keepForTab(key, undefined),
};
