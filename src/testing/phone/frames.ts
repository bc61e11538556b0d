// What a client of an event sends and is sent, byte by byte: Colyseus's frames (@colyseus/sdk 0.18.4, Room.ts) with our messages
// in them. Keeps nothing.
import { Protocol } from "@colyseus/core";
import { decode, encode, type Iterator } from "@colyseus/schema";
import { pack, unpack } from "msgpackr";

/** A frame that came from a room, read. */
export type Frame =
  | { readonly kind: "joined"; readonly token: string; readonly handshake: Uint8Array }
  | { readonly kind: "error"; readonly code: number; readonly sentence: string }
  | { readonly kind: "state" | "patch"; readonly bytes: Uint8Array }
  | { readonly kind: "message"; readonly type: string; readonly payload: unknown }
  | { readonly kind: "answer"; readonly no: number; readonly status: number; readonly payload: unknown }
  | { readonly kind: "other" };

/** The status of an answer to a request (@colyseus/shared-types, ResponseStatus). */
export const answered = { ok: 0, refused: 1, failed: 2 } as const;

/** Bits that decorate a frame's first byte. */
const kindBits = 0x1f;

export function readFrame(bytes: Buffer): Frame {
  const it: Iterator = { offset: 1 };
  switch ((bytes[0] ?? 0) & kindBits) {
    case Protocol.JOIN_ROOM: {
      const token = decode.utf8Read(bytes, it, bytes[it.offset++] as number);
      decode.utf8Read(bytes, it, bytes[it.offset++] as number); // the serializer's name
      const length = decode.number(bytes, it);
      return { kind: "joined", token, handshake: bytes.subarray(it.offset, it.offset + length) };
    }
    case Protocol.ERROR:
      return { kind: "error", code: decode.number(bytes, it), sentence: decode.string(bytes, it) };
    case Protocol.ROOM_STATE:
      return { kind: "state", bytes: bytes.subarray(1) };
    case Protocol.ROOM_STATE_PATCH:
      return { kind: "patch", bytes: bytes.subarray(1) };
    case Protocol.ROOM_DATA: {
      const type = decode.stringCheck(bytes, it)
        ? decode.string(bytes, it)
        : String(decode.number(bytes, it));
      return { kind: "message", type, payload: rest(bytes, it) };
    }
    case Protocol.ROOM_DATA_BYTES: {
      const type = decode.stringCheck(bytes, it)
        ? decode.string(bytes, it)
        : String(decode.number(bytes, it));
      return { kind: "message", type, payload: bytes.subarray(it.offset) };
    }
    case Protocol.ROOM_RESPONSE: {
      const no = decode.number(bytes, it);
      const status = bytes[it.offset++] as number;
      return { kind: "answer", no, status, payload: rest(bytes, it) };
    }
    default:
      return { kind: "other" };
  }
}

const rest = (bytes: Buffer, { offset }: Iterator): unknown =>
  bytes.length > offset ? unpack(bytes.subarray(offset)) : undefined;

/** `room.send(type, payload)`. */
export function messageFrame(type: string, payload?: unknown): Buffer {
  return frame(Protocol.ROOM_DATA, (head, it) => encode.string(head, type, it), type, payload);
}

/** `room.request(type, payload)`, the `no`-th of its client. */
export function requestFrame(no: number, type: string, payload?: unknown): Buffer {
  const write = (head: Buffer, it: Iterator) => {
    encode.number(head, no, it);
    encode.string(head, type, it);
  };
  return frame(Protocol.ROOM_REQUEST, write, type, payload);
}

function frame(
  kind: number,
  write: (head: Buffer, it: Iterator) => void,
  type: string,
  payload: unknown,
): Buffer {
  const head = Buffer.allocUnsafe(32 + 4 * type.length);
  const it: Iterator = { offset: 1 };
  head[0] = kind;
  write(head, it);
  const bytes = head.subarray(0, it.offset);
  return payload === undefined ? bytes : Buffer.concat([bytes, pack(payload)]);
}

/** A goodbye: the seat is given up. */
export const leaveFrame = Buffer.from([Protocol.LEAVE_ROOM]);
