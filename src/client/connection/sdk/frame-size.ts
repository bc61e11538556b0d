// How large a message becomes on the wire: encoded as the SDK encodes it (sdk 0.18.4; test/pure/client/outbox/outbox-limits.test.ts pins
// it), because a frame over the limit closes the socket.
import { Packr } from "msgpackr";
import { maxFrameBytes } from "../../../protocol/session.ts";
import { utf8Length } from "../../platform/text.ts";

const packr = new Packr();
/** The SDK's header: one byte for the kind of frame, up to five for a request's number, up to five for a length. */
const headerBytes = 11;

/** An upper bound, within 9 bytes, of the frame that carries this message or request. @throws what cannot be encoded. */
export function frameBytes(type: string, payload?: unknown): number {
  return headerBytes + utf8Length(type) + (payload === undefined ? 0 : packr.pack(payload).length);
}

/** @throws RangeError when the server would close the connection for it. */
export function mustFitFrame(type: string, payload?: unknown): void {
  if (frameBytes(type, payload) > maxFrameBytes)
    throw new RangeError(`A message must fit into a frame: ${type}`);
}
