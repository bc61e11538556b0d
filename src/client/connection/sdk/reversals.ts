// @colyseus/schema 5.0.34, decoder/DecodeOperation.ts: an array that the room reverses is reversed by the decoder, which tells
// nobody. For the decoders that are ours the places that have another item now are told as changes, like those of `sort()`;
// any other decoder of the page is left as it is. Pinned by test/rooms/client/sdk-internals.test.ts.
import { $decoder, ArraySchema, type DataChange, OPERATION } from "@colyseus/schema";

interface Position {
  readonly offset: number;
}
interface DecoderOfState {
  readonly currentRefId: number;
}
type DecodeArray = (
  decoder: DecoderOfState,
  bytes: Uint8Array,
  it: Position,
  ref: ArraySchema<unknown>,
  changes: DataChange[] | null,
) => number | void;

const ours = new WeakSet<object>();
let isTelling = false;

/** From now on this decoder's changes have what a reversal has moved. */
export function tellReversals(decoder: object): void {
  ours.add(decoder);
  if (isTelling) return;
  isTelling = true;
  const arrays = ArraySchema as unknown as { [$decoder]: DecodeArray };
  const decode = arrays[$decoder];
  arrays[$decoder] = (of, bytes, it, ref, changes) => {
    if (bytes[it.offset] !== OPERATION.REVERSE || !changes || !ours.has(of))
      return decode(of, bytes, it, ref, changes);
    const before = ref.toArray();
    const result = decode(of, bytes, it, ref, changes);
    for (const [dynamicIndex, value] of ref.toArray().entries()) {
      const previousValue = before[dynamicIndex];
      if (value !== previousValue)
        changes.push({
          ref,
          refId: of.currentRefId,
          op: OPERATION.REPLACE,
          dynamicIndex,
          value,
          previousValue,
        });
    }
    return result;
  };
}
