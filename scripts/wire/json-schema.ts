// The JSON Schemas of the wire, as one document: each message and body by its name in `$defs`, and around them what a frame,
// a close and an HTTP exchange is, so that a recorded line of traffic can be judged by the document alone.
import { z } from "zod";
import { closeCodes } from "../../src/protocol/close-codes.ts";
import { protocolVersion } from "../../src/protocol/version.ts";
import {
  bodies,
  responses,
  routes,
  toClient,
  toRoom,
  type WirePart,
} from "../../src/protocol/wire/catalogue.ts";
import { samples } from "./samples.ts";

type Json = Record<string, unknown>;

/** What the document is called; each part is `<this>#/$defs/<name>`. */
export const schemaId = `urn:holdfast:wire:${protocolVersion}`;

const ref = (name: string) => ({ $ref: `#/$defs/${name}` });
const has = (fields: Json, required: readonly string[] = Object.keys(fields)): Json => ({
  properties: fields,
  required,
});
const choice = (condition: Json, met: Json, otherwise: Json = {}): Json => ({
  if: condition,
  // oxlint-disable-next-line no-thenable -- a word of JSON Schema's; nobody awaits it
  then: met,
  else: otherwise,
});
const when = (fields: Json, met: Json): Json => choice(has(fields), met);
const constant = (value: unknown) => ({ const: value });

/** Messages and bodies, by name. */
function parts(): Record<string, WirePart> {
  const answers = Object.values(responses).map((each) => [each.name, each] as const);
  return { ...toClient, ...toRoom, ...Object.fromEntries(answers), ...bodies };
}

/** The schema of each message and body, by its name. */
export function definitions(): Record<string, Json> {
  const registry = z.registry<{ id: string }>();
  const all = Object.entries(parts());
  for (const [name, { schema }] of all) registry.add(schema, { id: name });
  const { schemas } = z.toJSONSchema(registry, { io: "input", uri: (id) => `#/$defs/${id}` });
  return Object.fromEntries(
    all.map(([name, part]) => {
      const { $schema: _schema, $id: _id, ...schema } = schemas[name] as Json;
      const [title, description] = [name, `${part.when}.`];
      return [name, { title, description, ...schema, examples: samples[name] }];
    }),
  );
}

/** The first bytes of frames (@colyseus/shared-types 0.18, Protocol). */
export const frameCodes = {
  JOIN_ROOM: 10,
  ERROR: 11,
  LEAVE_ROOM: 12,
  ROOM_DATA: 13,
  ROOM_STATE: 14,
  ROOM_STATE_PATCH: 15,
  ROOM_DATA_BYTES: 17,
  PING: 18,
  ROOM_REQUEST: 21,
  ROOM_RESPONSE: 22,
} as const;

const name = { type: ["string", "integer"] };
const id = { type: "integer", minimum: 0 };
const code = (value: number) => constant(value);

/** A message of that type has that payload; of a type that is not ours, any. */
const typed = (
  frame: number,
  messages: Readonly<Record<string, WirePart>>,
  isAny: (type: string) => boolean,
) =>
  Object.keys(messages).map((type) =>
    when({ code: code(frame), type: constant(type) }, isAny(type) ? {} : has({ payload: ref(type) })),
  );

function frameToClient(): Json {
  const c = frameCodes;
  return {
    type: "object",
    properties: {
      to: constant("client"),
      unreadable: false,
      code: {
        enum: [
          c.JOIN_ROOM,
          c.ERROR,
          c.LEAVE_ROOM,
          c.ROOM_DATA,
          c.ROOM_STATE,
          c.ROOM_STATE_PATCH,
          c.ROOM_DATA_BYTES,
          c.PING,
          c.ROOM_RESPONSE,
        ],
      },
    },
    required: ["to", "code"],
    allOf: [
      when(
        { code: code(c.JOIN_ROOM) },
        has({
          reconnection_token: { type: "string", pattern: "^[A-Za-z0-9_-]{22,64}$" },
          serializer: constant("schema"),
        }),
      ),
      when({ code: code(c.ERROR) }, has({ error: { type: "integer" }, message: { type: "string" } })),
      when({ code: code(c.ROOM_DATA) }, has({ type: name })),
      when({ code: code(c.ROOM_RESPONSE) }, has({ request: id, status: { enum: [0, 1, 2] } })),
      ...typed(c.ROOM_DATA, toClient, () => false),
    ],
  };
}

function frameToRoom(): Json {
  const c = frameCodes;
  const kept = { type: "object", ...has({ epoch: { type: "integer" }, patch: id }) };
  return {
    type: "object",
    properties: {
      to: constant("room"),
      unreadable: false,
      code: { enum: [c.JOIN_ROOM, c.LEAVE_ROOM, c.ROOM_DATA, c.ROOM_DATA_BYTES, c.PING, c.ROOM_REQUEST] },
      kept,
    },
    required: ["to", "code"],
    allOf: [
      when({ code: code(c.ROOM_DATA) }, has({ type: name })),
      when({ code: code(c.ROOM_REQUEST) }, has({ request: id, type: name })),
      ...typed(c.ROOM_DATA, toRoom, (type) => type === "heartbeat" || type === "host_action"),
      ...typed(c.ROOM_REQUEST, { host_action: toRoom.host_action as WirePart }, () => false),
    ],
  };
}

/** How the server closes a socket. What a network does (1005, 1006) and other codes of WebSocket's own are no close of ours. */
function close(): Json {
  const ours = Object.values(closeCodes).map((each) => ({
    ...has({ code: constant(each.code) }),
    description: `${each.reason}: ${each.duty}`,
  }));
  const others = has({ code: { type: "integer", minimum: 1000, maximum: 1015 } });
  return {
    type: "object",
    properties: { close: { enum: ["client", "room"] }, reason: { type: "string" } },
    required: ["close", "code"],
    anyOf: [
      ...ours,
      others,
      has({ close: constant("room"), code: { type: "integer", minimum: 3000, maximum: 4999 } }),
    ],
  };
}

/** A request and its answer. Paths that are not ours are none of its business. */
function exchange(): Json {
  return {
    type: "object",
    properties: { method: { type: "string" }, path: { type: "string" }, status: { type: "integer" } },
    required: ["method", "path", "status"],
    allOf: routes.map(({ method, path, request, answer, otherwise = "refusal" }) =>
      when(
        { method: constant(method), path: { type: "string", pattern: `^${path}$` } },
        choice(
          has({ status: constant(200) }),
          has({ answer: ref(answer), ...(request === undefined ? {} : { request: ref(request) }) }),
          has({ answer: ref(otherwise) }),
        ),
      ),
    ),
  };
}

/** The answer to an upgrade that was refused. */
const refusedSocket = {
  type: "object",
  ...has({ socket: { type: "string" }, status: { type: "integer" }, answer: ref("refusal") }),
};
const openedSocket = { type: "object", ...has({ socket: { type: "string" }, status: constant(101) }) };

/** The whole document. */
export function wireSchema(): Json {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: schemaId,
    title: `Holdfast's wire, protocol version ${protocolVersion}`,
    description:
      "Judges one line of recorded traffic: an HTTP exchange, a socket's opening, a frame, or a close. Each message and body stands under its name in $defs.",
    anyOf: ["exchange", "socket", "frame_to_client", "frame_to_room", "close"].map(ref),
    $defs: {
      ...definitions(),
      exchange: exchange(),
      socket: { anyOf: [openedSocket, refusedSocket] },
      frame_to_client: frameToClient(),
      frame_to_room: frameToRoom(),
      close: close(),
    },
  };
}
