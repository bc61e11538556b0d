// The host's HTTP: the token for a one-time code, and the list of events. Where the token is kept: this tab only.
// Never puts a token or a code into an address.
import { refusalIn } from "../../protocol/refusal.ts";
import type { HostEventList, HostSession } from "../../protocol/session.ts";
import { serverOf } from "../core/places.ts";
import { keepForTab, keptForTab } from "../tab-memory.ts";

/** A refusal of the server's, or no answer of its own; the message is a sentence for a person. */
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
const unreachable = "The server cannot be reached.";

async function ask(path: string, init: RequestInit): Promise<unknown> {
  let response: Response;
  try {
    const address = `${serverOf(location.href)}/${path}`;
    response = await fetch(address, { ...init, cache: "no-store", signal: AbortSignal.timeout(timeoutMs) });
  } catch {
    throw new HostApiError(0, unreachable);
  }
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok && typeof body === "object" && body !== null) return body;
  // What a captive portal or a gateway answers is not the server's answer, and signs nobody out.
  const refusal = refusalIn(response.status, body);
  if (refusal?.reason === undefined) throw new HostApiError(0, unreachable);
  throw new HostApiError(response.status, refusal.error);
}

/** The token for the code of a one-time link. @throws HostApiError */
export async function sessionFor(code: string): Promise<string> {
  const init = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code }),
  };
  const { host_token: token } = (await ask("host/session", init)) as Partial<HostSession>;
  if (typeof token !== "string") throw new HostApiError(0, unreachable);
  return token;
}

/** Every event that the token may see. @throws HostApiError */
export async function listEvents(token: string): Promise<HostEventList> {
  const init = { headers: { authorization: `Bearer ${token}` } };
  const list = (await ask("host/events", init)) as HostEventList;
  if (!Array.isArray(list.events)) throw new HostApiError(0, unreachable);
  return list;
}

const key = "holdfast.host-token";

export const keptToken = {
  read: (): string | undefined => keptForTab(key),
  write: (token: string): void => keepForTab(key, token),
  forget: (): void => keepForTab(key, undefined),
};
