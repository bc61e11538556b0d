// The tables of docs/wire-protocol.md, from the catalogue: what may be said, its fields, and the bytes of one of each.
import { getMessageBytes, Protocol } from "@colyseus/core";
import { closeCodes } from "../../src/protocol/close-codes.ts";
import {
  bodies,
  responses,
  routes,
  toClient,
  toRoom,
  type WirePart,
} from "../../src/protocol/wire/catalogue.ts";
import { fieldsOf } from "./fields.ts";
import { definitions, frameCodes } from "./json-schema.ts";
import { samples } from "./samples.ts";

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");
const row = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [row(head), `|${"---|".repeat(head.length)}`, ...rows.map(row)].join("\n");

function bytesOf(type: string, payload: unknown): string {
  const bytes = getMessageBytes.raw(Protocol.ROOM_DATA, type, payload ?? undefined);
  return Buffer.from(bytes)
    .toString("hex")
    .replaceAll(/(..)(?=.)/g, "$1 ");
}

function fieldRows(name: string): string[] {
  const fields = fieldsOf(definitions()[name] ?? {});
  if (fields.length === 0) return [];
  const rows = fields.map(({ name: field, kind, isRequired, text }) => [
    `\`${field}\``,
    kind,
    isRequired ? "always" : "if any",
    text,
  ]);
  return [table(["field", "is", "there", ""], rows), ""];
}

function section([name, { when }]: readonly [string, WirePart], isMessage: boolean): string {
  const [sample] = samples[name] ?? [];
  const example =
    sample === null || sample === undefined ? [] : ["```json", JSON.stringify(sample), "```", ""];
  const bytes = isMessage ? ["```text", bytesOf(name, sample), "```", ""] : [];
  return [`### \`${name}\``, "", `${when}.`, "", ...fieldRows(name), ...example, ...bytes]
    .join("\n")
    .trimEnd();
}

const sections = (parts: Readonly<Record<string, WirePart>>, isMessage: boolean) =>
  Object.entries(parts)
    .map((part) => section(part, isMessage))
    .join("\n\n");

const what: Readonly<Record<keyof typeof frameCodes, readonly [way: string, layout: string]>> = {
  JOIN_ROOM: [
    "both",
    "to the client: token, serializer, reflection, sections; to the room: the acknowledgement",
  ],
  ERROR: ["to the client", "number `code`, string `message`; a close follows"],
  LEAVE_ROOM: ["both", "nothing; to the room: it leaves for good"],
  ROOM_DATA: ["both", "string or number `type`, then MessagePack, or nothing"],
  ROOM_STATE: ["to the client", "the whole state, in the schema's encoding"],
  ROOM_STATE_PATCH: ["to the client", "what has changed of it, in the schema's encoding"],
  ROOM_DATA_BYTES: ["both", "string or number `type`, then bytes; a room author's only"],
  PING: ["both", "nothing; sent back as it came"],
  ROOM_REQUEST: ["to the room", "number `id`, string or number `type`, then MessagePack, or nothing"],
  ROOM_RESPONSE: [
    "to the client",
    "number `id`, byte `status` (0 done, 1 rejected, 2 failed), then MessagePack, or nothing",
  ],
};

/** By the name between the marks. */
export const wireTables = {
  wireFrames: () =>
    table(
      ["first byte", "name", "way", "after it"],
      Object.entries(frameCodes).map(([name, code]) => [
        String(code),
        `\`${name}\``,
        ...what[name as keyof typeof what],
      ]),
    ),
  wireToClient: () => sections(toClient, true),
  wireToRoom: () => sections(toRoom, true),
  wireResponses: () =>
    sections(Object.fromEntries(Object.values(responses).map((each) => [each.name, each])), false),
  wireBodies: () => sections(bodies, false),
  wireRoutes: () =>
    table(
      ["request", "its body", "200", "otherwise"],
      routes.map(({ method, path, request, answer, otherwise = "refusal" }) => [
        `\`${method} ${path.replaceAll("[A-Za-z0-9_-]+", "<name>").replaceAll(/\(\?:(\w+)\|(\w+)\)/g, "$1, $2")}\``,
        request === undefined ? "" : `\`${request}\``,
        `\`${answer}\``,
        `\`${otherwise}\``,
      ]),
    ),
  wireCloses: () =>
    table(
      ["code", "reason", "what a client does"],
      Object.values(closeCodes).map(({ code, reason, duty }) => [String(code), `\`${reason}\``, duty]),
    ),
} as const;
