// Which requests there are under `/api/v1`, as their methods and paths say. Pure.
import type { ApiCall } from "../admission/http/api-exchange.ts";
import { roomIdOf } from "../protocol/event-key.ts";
import { apiPath } from "../protocol/host-api.ts";
import { whyNotAnEventId } from "../protocol/incoming/join-options.ts";
import { Refusal } from "../protocol/refusal.ts";

export type Operation =
  | "server"
  | "session"
  | "invite"
  | "list"
  | "create"
  | "read"
  | "change"
  | "close"
  | "act";

/** What is asked. */
export interface HostCall extends ApiCall {
  readonly operation: Operation;
  /** The event that the path names. */
  readonly eventId: string | undefined;
}

/** Operations by method, of each path; `*` is an event's id. */
const paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  "/server": { GET: "server" },
  "/session": { POST: "session" },
  "/invitations": { POST: "invite" },
  "/events": { GET: "list", POST: "create" },
  "/events/*": { GET: "read", PATCH: "change", DELETE: "close" },
  "/events/*/actions": { POST: "act" },
};

const eventPath = /^\/events\/([^/]+)((?:\/actions)?)$/;

function operationsOf(path: string): {
  operations: Readonly<Record<string, Operation>> | undefined;
  id?: string;
} {
  const inside = path.slice(apiPath.length);
  const [, id, rest] = eventPath.exec(inside) ?? [];
  if (id !== undefined) return { operations: paths[`/events/*${rest}`], id };
  return { operations: paths[inside] };
}

/** What anybody may ask: who has no token yet. */
const publicOperations: ReadonlySet<Operation> = new Set(["server", "session"]);
export const isPublic = (operation: Operation): boolean => publicOperations.has(operation);
/** True for a path of which anybody may ask everything. */
export const isPublicPath = (path: string): boolean =>
  Object.values(operationsOf(path).operations ?? {}).every(isPublic);

/** True for a path that there is, whatever the method. */
export const isPath = (path: string): boolean => operationsOf(path).operations !== undefined;

/** @throws Refusal 400 for a path that names what can be no event */
export function callOf(method: string, path: string): HostCall | undefined {
  const { operations, id } = operationsOf(path);
  const operation = operations?.[method];
  if (operation === undefined) return undefined;
  const eventId = id === undefined ? undefined : eventIdIn(id);
  return {
    operation,
    eventId,
    roomId: eventId === undefined ? undefined : roomIdOf(eventId),
    isWrite: method !== "GET" && operation !== "session",
    hasBody: method === "POST" || method === "PATCH",
    isRepeatable: operation !== "act",
  };
}

function eventIdIn(text: string): string {
  let id: string;
  try {
    id = decodeURIComponent(text);
  } catch {
    throw new Refusal(400, "The path cannot be read", { reason: "unreadable" });
  }
  const why = whyNotAnEventId(id);
  if (why !== undefined) throw new Refusal(400, `Invalid event_id: ${why}`, { reason: "invalid_field" });
  return id;
}
