// The bare server's frames: whole WebSocket frames, encoded by hand, so that one buffer serves every client.
import { headerLength, tokenLength, welcome } from "../dialects/bare.ts";
import type { Kind } from "../running/crowd.ts";

function webSocketHeader(length: number): Buffer {
  if (length < 126) return Buffer.from([0x82, length]);
  const header = Buffer.alloc(length < 65_536 ? 4 : 10);
  header[0] = 0x82;
  header[1] = length < 65_536 ? 126 : 127;
  if (length < 65_536) header.writeUInt16BE(length, 2);
  else header.writeBigUInt64BE(BigInt(length), 2);
  return header;
}

function head(kind: number, count: number): Buffer {
  const bytes = Buffer.alloc(headerLength);
  bytes[0] = kind;
  bytes.writeUInt32BE(count, 1);
  return bytes;
}

/** One frame that tells of `count` things of a kind, `bytesEach` long; `text` fills them, or nothing does. */
export function frameOf(kind: Kind, count: number, bytesEach: number, text?: Buffer): Buffer {
  const body = Buffer.alloc(count * bytesEach);
  text?.copy(body);
  return Buffer.concat([webSocketHeader(headerLength + body.length), head(kind, count), body]);
}

/** What precedes a roster of `rosterBytes` in the frame that welcomes a client. */
export function headerOf(token: string, rosterBytes: number): Buffer {
  const length = headerLength + tokenLength + rosterBytes;
  return Buffer.concat([webSocketHeader(length), head(welcome, 1), Buffer.from(token)]);
}
