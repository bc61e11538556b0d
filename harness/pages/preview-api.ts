// What a host's page asks of a server over HTTP, answered from memory: `/api/v1` for the preview, typed as the server's own.
import type {
  ApiSession,
  EventAnswer,
  EventListAnswer,
  Invitation,
  ServerFacts,
} from "../../src/protocol/host-api.ts";
import type { EventChange } from "../../src/protocol/event-details.ts";
import type { HostActionResult } from "../../src/protocol/session.ts";

type Event = EventAnswer["event"];

function eventOf(event_id: string, said: EventChange & { held?: number; connected?: number } = {}): Event {
  return {
    event_id,
    type: "event",
    title: said.title ?? "",
    capacity: said.capacity ?? 5000,
    grace_period_ms: said.grace_period_ms ?? 30_000,
    who_may_join: said.who_may_join ?? "anyone",
    is_locked: said.is_locked ?? false,
    created_at: Date.now() - 20 * 60_000,
    expected_names: [...(said.expected_names ?? [])],
    removed: [],
    removed_total: 0,
    connected: said.connected ?? 0,
    held: said.held ?? 0,
    left: 0,
    is_closed: false,
  };
}

const fresh = "K7Q4XM";
const events = new Map(
  [
    eventOf("demo", { connected: 11, held: 3 }),
    eventOf("R2TMD6", { title: "Friday quiz", connected: 148, held: 12 }),
    eventOf("Q9WXA3", { title: "all-hands 2026 — Zürich", connected: 4, is_locked: true }),
  ].map((event) => [event.event_id, event]),
);

function change(eventId: string, said: object): EventAnswer {
  const event = { ...(events.get(eventId) ?? eventOf(eventId)), ...said };
  events.set(eventId, event);
  return { event };
}

/** What is answered to a request below `/api/v1`; undefined for what is no route. */
export function answerOf(method: string, path: string, body: object): object | undefined {
  const [, collection, id = "", rest] = path.split("/").map(decodeURIComponent);
  if (collection === "server")
    return {
      protocol_version: 1,
      open_play: false,
      host_codes: true,
      monitor: false,
      max_capacity: 5000,
      grace_period_ms: 30_000,
    } satisfies ServerFacts;
  if (collection === "session") return { host_token: "preview", event_id: "*" } satisfies ApiSession;
  if (collection === "invitations")
    return { code: "preview", expires_at: Date.now() + 600_000 } satisfies Invitation;
  if (collection !== "events") return undefined;
  if (rest === "actions") return { done: true } satisfies HostActionResult;
  if (id === "" && method === "GET")
    return {
      server_time: Date.now(),
      events: [...events.values()].filter((event) => !event.is_closed),
    } satisfies EventListAnswer;
  if (id === "") return change(fresh, body);
  return change(id, method === "DELETE" ? { is_closed: true } : body);
}
