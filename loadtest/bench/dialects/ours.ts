// Our own client, as far as its wire goes (src/client/connection/sdk/sdk-connection.ts, presence/catch-up.ts): it asks after each entry where it stands,
// counts patches and announcements from there, and says on its return what it has. Decodes neither state nor history.
import { acknowledgementOf, presenceResumedType, presenceResumeType } from "../../../src/protocol/session.ts";
import { type Crowd, kinds, type Participant } from "../running/crowd.ts";
import { clientFrame, opcodes } from "../wire/frames.ts";
import { acknowledgeFrame, dialectOf, kindOf, message, protocol, tokenOf } from "./colyseus.ts";
import type { Dialect } from "./dialect.ts";

/** MessagePack's first bytes for what is read and written here. */
const [fixmap, map16, falsehood, truth, float64, uint8, uint16, uint32] = [
  0x80, 0xde, 0xc2, 0xc3, 0xcb, 0xcc, 0xcd, 0xce,
];
const answerHead = Buffer.from([
  protocol.roomData,
  0xa0 | presenceResumedType.length,
  ...Buffer.from(presenceResumedType),
]);

/** A MessagePack number (or boolean) and where the next value begins; undefined for anything else. */
function numberAt(bytes: Buffer, at: number): readonly [number, number] | undefined {
  const first = bytes[at] as number;
  if (first < fixmap) return [first, at + 1];
  if (first === falsehood || first === truth) return [first - falsehood, at + 1];
  if (first === float64) return [bytes.readDoubleBE(at + 1), at + 9];
  if (first === uint8) return [bytes.readUInt8(at + 1), at + 2];
  if (first === uint16) return [bytes.readUInt16BE(at + 1), at + 3];
  return first === uint32 ? [bytes.readUInt32BE(at + 1), at + 5] : undefined;
}

/** The numbers at the beginning of a MessagePack map with short keys, up to the first value that is none. */
export function numbersIn(bytes: Buffer, at: number): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  let keyAt = at + (bytes[at] === map16 ? 3 : 1);
  for (;;) {
    const valueAt = keyAt + 1 + ((bytes[keyAt] as number) & 31);
    const value = numberAt(bytes, valueAt);
    if (value === undefined) return found;
    found.set(bytes.toString("latin1", keyAt + 1, valueAt), value[0]);
    keyAt = value[1];
  }
}

/** The question after every entry, with the last announcement that was heard, if any. */
export function questionOf({ epoch, seq }: Pick<Participant, "epoch" | "seq">): Buffer {
  if (seq < 0) return message(presenceResumeType, Buffer.from([fixmap]));
  const numbers = Object.entries({ epoch, seq }).map(([name, value]) => {
    const bytes = Buffer.alloc(1 + name.length + 9);
    bytes[0] = 0xa0 | name.length;
    bytes.write(name, 1, "latin1");
    bytes[1 + name.length] = float64 as number;
    bytes.writeDoubleBE(value, 2 + name.length);
    return bytes;
  });
  return message(presenceResumeType, Buffer.concat([Buffer.from([fixmap | 2]), ...numbers]));
}

function enter(participant: Participant, bytes: Buffer, at: number): void {
  const { epoch, patch, link } = participant;
  participant.token = tokenOf(bytes, at);
  participant.isEntering = true;
  link?.send(patch < 0 ? acknowledgeFrame : clientFrame(opcodes.binary, acknowledgementOf({ epoch, patch })));
  link?.send(questionOf(participant));
}

/** The first frame of the state is what was waited for; which state it makes, the room says in its answer. */
function stateComes(participant: Participant): void {
  if (participant.isEntering) {
    participant.isEntering = false;
    participant.patch = -1;
    participant.settle?.();
  } else if (participant.patch >= 0) participant.patch += 1;
}

function messageComes(participant: Participant, bytes: Buffer, at: number): void {
  const kind = kindOf(bytes, at);
  if (kind === undefined) {
    if (answerHead.compare(bytes, at, at + answerHead.length) === 0) locate(participant, bytes, at);
    return;
  }
  if (kind <= kinds.left && participant.seq >= 0) participant.seq += 1;
  participant.hear(kind);
  if (kind === kinds.ack) participant.settle?.();
}

function locate(participant: Participant, bytes: Buffer, at: number): void {
  const numbers = numbersIn(bytes, at + answerHead.length);
  for (const name of ["epoch", "seq", "patch"] as const) participant[name] = numbers.get(name) ?? -1;
}

function recognise(participant: Participant, bytes: Buffer, at: number): void {
  const code = bytes[at];
  if (code === protocol.roomData) messageComes(participant, bytes, at);
  else if (code === protocol.roomState || code === protocol.roomStatePatch) stateComes(participant);
  else if (code === protocol.joinRoom) enter(participant, bytes, at);
}

export function oursDialect(port: number, crowd: Crowd): Dialect {
  const dialect = dialectOf(port, crowd, recognise);
  return {
    ...dialect,
    join: (participant) => {
      participant.patch = -1; // another schema may have come with a deploy: a join begins from nothing
      return dialect.join(participant);
    },
  };
}
