// The record of the wire (`api/wire.json`): everything that travels between client and room, as the bytes of one sample
// each and as the kind of each of its fields (docs/wire.schema.json has the whole), with the version of the protocol. `npm run check:wire` fails when it has changed and the record has not;
// `npm run wire:update` writes the record, and asks for a higher `protocolVersion` when something that was there changed.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { getMessageBytes, Protocol } from "@colyseus/core";
import { closeCodes } from "../../src/protocol/close-codes.ts";
import { disconnectReasons, heartbeatType, leaveReasons, roomName } from "../../src/protocol/messages.ts";
import { refusalReasons } from "../../src/protocol/refusal.ts";
import {
  acknowledgementOf,
  hostActionType,
  maxFrameBytes,
  nothingKept,
  outboxAckType,
  outboxPublishType,
  outboxWindow,
  presenceResumedType,
  presenceResumeType,
  toldAckType,
  toldType,
} from "../../src/protocol/session.ts";
import { protocolVersion } from "../../src/protocol/version.ts";
import { EventSerializer } from "../../src/rooms/internals/serializer.ts";
import { EventState } from "../../src/schema/event-state.ts";
import { fieldsOfWire } from "../wire/fields.ts";
import {
  acknowledged,
  actions,
  announcements,
  publish,
  resume,
  resumed,
  resumeWithTold,
  told,
  toldAck,
} from "../wire/samples.ts";

const file = join(resolve(import.meta.dirname, "../.."), "api", "wire.json");
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const frame = (type: string, payload: unknown) => hex(getMessageBytes.raw(Protocol.ROOM_DATA, type, payload));

/** What the SDK is told of the state's classes when it joins. */
function schemaOf(): string {
  const serializer = new EventSerializer();
  serializer.reset(new EventState() as never);
  return hex(serializer.handshake());
}

/** By name; a name that is new may be added to a version, one that was there may not change in it. */
function facts(): Record<string, unknown> {
  const toClient = [
    ...announcements,
    { type: "heartbeat_ack", payload: { server_time: 1 } },
    { type: presenceResumedType, payload: resumed },
    { type: outboxAckType, payload: acknowledged },
    { type: toldType, payload: told },
  ];
  return {
    room: roomName,
    schema: schemaOf(),
    ...Object.fromEntries(toClient.map(({ type, payload }) => [`to client: ${type}`, frame(type, payload)])),
    [`to room: ${heartbeatType}`]: frame(heartbeatType, undefined),
    [`to room: ${presenceResumeType}`]: frame(presenceResumeType, resume),
    [`to room: ${presenceResumeType} with what was told`]: frame(presenceResumeType, resumeWithTold),
    [`to room: ${toldAckType}`]: frame(toldAckType, toldAck),
    [`to room: ${outboxPublishType}`]: frame(outboxPublishType, publish),
    ...Object.fromEntries(
      actions.map((each) => [`to room: ${hostActionType} ${each.action}`, frame(hostActionType, each)]),
    ),
    "to room: acknowledgement with a kept state": hex(acknowledgementOf({ epoch: 1, patch: 2 })),
    "to room: acknowledgement of our client without one": hex(acknowledgementOf(nothingKept)),
    limits: { maxFrameBytes, outboxWindow },
    ...Object.fromEntries(
      Object.entries(closeCodes).map(([name, { code, reason }]) => [`close: ${name}`, `${code} ${reason}`]),
    ),
    ...Object.fromEntries(refusalReasons.map((reason) => [`refusal: ${reason}`, true])),
    ...Object.fromEntries(disconnectReasons.map((reason) => [`away: ${reason}`, true])),
    ...Object.fromEntries(leaveReasons.map((reason) => [`left: ${reason}`, true])),
    ...fieldsOfWire(),
  };
}

const wire = facts();
const hash = createHash("sha256").update(JSON.stringify(wire)).digest("hex");
const text = `${JSON.stringify({ protocolVersion, hash, ...wire }, null, 2)}\n`;

function recorded(): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "{}";
  }
}

const before = JSON.parse(recorded()) as Record<string, unknown>;
const changed = Object.keys(before).filter(
  (name) =>
    name !== "hash" &&
    name !== "protocolVersion" &&
    JSON.stringify(before[name]) !== JSON.stringify(wire[name]),
);
const isRaised = protocolVersion > Number(before.protocolVersion ?? 0);
if (changed.length > 0 && !isRaised) {
  console.error(`The wire has changed under protocolVersion ${protocolVersion}: ${changed.join(", ")}`);
  console.error("If that is meant, raise it (src/protocol/version.ts), then: npm run wire:update");
  process.exitCode = 1;
} else if (process.argv.includes("--update")) writeFileSync(file, text);
else if (recorded() !== text) {
  console.error(
    "The wire has something new, or another version, that api/wire.json does not say: npm run wire:update",
  );
  process.exitCode = 1;
}
