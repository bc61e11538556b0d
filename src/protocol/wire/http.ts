// What is asked and answered over HTTP, as validators. A stock SDK reads the matchmaking answers; the rest is for operators
// and for hosts' pages.
import { z } from "zod";
import { type RefusalBody, refusalReasons } from "../refusal.ts";
import type { HostEvent, HostEventList, HostSession } from "../session.ts";
import { object } from "./messages.ts";

/** `ev-` and the SHA-256 of the event's id, in base64url (see event-key.ts). */
const eventRoom = z.string().regex(/^ev-[A-Za-z0-9_-]{43}$/);
const pathPart = z.string().regex(/^[A-Za-z0-9_-]+$/);

/** Where a client opens its socket: `ws://<publicAddress, or the server>/<processId>/<roomId>?sessionId=<sessionId>`. */
export const reservation = z.object({
  name: z.string().describe("The name of the event's type"),
  roomId: eventRoom,
  processId: pathPart,
  sessionId: pathPart,
  publicAddress: z
    .string()
    .optional()
    .describe("Host, port and path of the socket, where they are others than the server's"),
  reconnectionToken: z
    .string()
    .optional()
    .describe("After a return by token: the same, for the socket's address"),
});

export const refusal = object<RefusalBody>({
  code: z.int().min(400).max(599).describe("The HTTP status"),
  error: z.string().min(1).describe("A sentence for a person; it may change"),
  reason: z.enum(refusalReasons),
  retry_after_ms: z
    .int()
    .min(0)
    .optional()
    .describe("When to ask again; absent when the server does not know"),
});

export const reconnectOptions = z.object({
  reconnectionToken: z.string().describe("What JOIN_ROOM carried, without the room's id in front"),
});

export const healthAnswer = z.object({ status: z.literal("alive") });
export const readyAnswer = z.object({ status: z.string().describe('"ready", or why it is not (503)') });

export const hostSessionRequest = z.object({ code: z.string().describe("From the one-time link") });
export const hostSession = object<HostSession>({ host_token: z.string().min(1) });
export const hostCode = z.object({ code: z.string().min(1).describe("Good once, for another browser") });

const count = () => z.int().min(0);
export const hostEventList = object<HostEventList>({
  server_time: z.number().min(0),
  events: z.array(
    object<HostEvent>({
      event_id: z.string(),
      type: z.string(),
      connected: count(),
      held: count(),
      left: count(),
    }) as z.ZodType<HostEvent>,
  ),
});
