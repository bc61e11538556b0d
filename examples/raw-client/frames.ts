// The bytes of frames, as docs/wire-protocol.md has them: headers with little-endian numbers, payloads in MessagePack. Enough
// of both for a client; nothing is imported, so that it can be read beside an implementation in another language.

/** What a payload may hold. */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };

/** The first byte of a frame. */
export const code = { joinRoom: 10, error: 11, leaveRoom: 12, data: 13, state: 14, patch: 15 } as const;

const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder();

/** `ROOM_DATA` with a type of up to 31 bytes, and a payload where there is one. */
export function messageFrame(type: string, payload?: Value): Uint8Array<ArrayBuffer> {
  const name = utf8.encode(type);
  if (name.length > 31) throw new RangeError("a type of this client has up to 31 bytes");
  const body = payload === undefined ? [] : packed(payload);
  return new Uint8Array([code.data, 0xa0 | name.length, ...name, ...body]);
}

/** The acknowledgement of JOIN_ROOM by a client that keeps no state, and says next how far it is (`presence_resume`). */
export const acknowledgement = (): Uint8Array<ArrayBuffer> => new Uint8Array(17).fill(code.joinRoom, 0, 1);

/** One frame, read; of a state's bytes this client makes nothing. */
export type Frame =
  | { readonly code: typeof code.joinRoom; readonly token: string }
  | { readonly code: typeof code.error; readonly error: number; readonly message: string }
  | { readonly code: typeof code.data; readonly type: string; readonly payload: Value | undefined }
  | { readonly code: number };

/** @throws RangeError for bytes that are no frame */
export function readFrame(bytes: Uint8Array): Frame {
  const reader = new Reader(bytes);
  const first = reader.byte();
  if (first === code.joinRoom) return { code: first, token: reader.text(reader.byte()) };
  if (first === code.error)
    return { code: first, error: Number(reader.header()), message: String(reader.header()) };
  if (first !== code.data) return { code: first };
  const type = String(reader.header());
  return { code: first, type, payload: reader.isAtEnd ? undefined : reader.value() };
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    return this.#view.getUint8(this.#skip(1));
  }

  text(length: number): string {
    const at = this.#skip(length);
    return fromUtf8.decode(this.#bytes.subarray(at, this.#at));
  }

  /** A string or number of a header: little-endian. */
  header(): string | number {
    const first = this.byte();
    if (first < 0x80) return first;
    if (first >= 0xa0 && first < 0xc0) return this.text(first & 0x1f);
    if (first === 0xd9) return this.text(this.byte());
    if (first === 0xda) return this.text(this.#view.getUint16(this.#skip(2), true));
    if (first === 0xcc) return this.byte();
    if (first === 0xcd) return this.#view.getUint16(this.#skip(2), true);
    if (first === 0xce) return this.#view.getUint32(this.#skip(4), true);
    throw new RangeError(`no header begins with ${first}`);
  }

  /** A value of MessagePack: big-endian. */
  value(): Value {
    const first = this.byte();
    if (first < 0x80) return first;
    if (first < 0x90) return this.#map(first & 0x0f);
    if (first < 0xa0) return this.#list(first & 0x0f);
    if (first < 0xc0) return this.text(first & 0x1f);
    if (first >= 0xe0) return first - 0x100;
    const view = this.#view;
    switch (first) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xca:
        return view.getFloat32(this.#skip(4));
      case 0xcb:
        return view.getFloat64(this.#skip(8));
      case 0xcc:
        return this.byte();
      case 0xcd:
        return view.getUint16(this.#skip(2));
      case 0xce:
        return view.getUint32(this.#skip(4));
      case 0xcf:
        return Number(view.getBigUint64(this.#skip(8)));
      case 0xd0:
        return view.getInt8(this.#skip(1));
      case 0xd1:
        return view.getInt16(this.#skip(2));
      case 0xd2:
        return view.getInt32(this.#skip(4));
      case 0xd3:
        return Number(view.getBigInt64(this.#skip(8)));
      case 0xd9:
        return this.text(this.byte());
      case 0xda:
        return this.text(view.getUint16(this.#skip(2)));
      case 0xdb:
        return this.text(view.getUint32(this.#skip(4)));
      case 0xdc:
        return this.#list(view.getUint16(this.#skip(2)));
      case 0xdd:
        return this.#list(view.getUint32(this.#skip(4)));
      case 0xde:
        return this.#map(view.getUint16(this.#skip(2)));
      case 0xdf:
        return this.#map(view.getUint32(this.#skip(4)));
      default:
        throw new RangeError(`this client reads no value that begins with ${first}`);
    }
  }

  #list(length: number): Value[] {
    return Array.from({ length }, () => this.value());
  }

  #map(length: number): { [key: string]: Value } {
    return Object.fromEntries(Array.from({ length }, () => [String(this.value()), this.value()]));
  }

  #skip(length: number): number {
    const at = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new RangeError("the frame ends too early");
    return at;
  }
}

/** A value as MessagePack, by the longer forms: every reader takes them. */
function packed(value: Value): number[] {
  if (value === null) return [0xc0];
  if (typeof value === "boolean") return [value ? 0xc3 : 0xc2];
  if (typeof value === "number") return packedNumber(value);
  if (typeof value === "string") {
    const bytes = utf8.encode(value);
    return [0xda, ...twoBytes(bytes.length), ...bytes];
  }
  if (Array.isArray(value)) return [0xdc, ...twoBytes(value.length), ...value.flatMap(packed)];
  const fields = Object.entries(value);
  return [
    0xde,
    ...twoBytes(fields.length),
    ...fields.flatMap(([key, of]) => [...packed(key), ...packed(of)]),
  ];
}

function packedNumber(value: number): number[] {
  if (Number.isInteger(value) && value >= 0 && value < 0x80) return [value];
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value);
  return [0xcb, ...bytes];
}

function twoBytes(length: number): number[] {
  if (length > 0xffff) throw new RangeError("this client sends nothing that long");
  return [length >> 8, length & 0xff];
}
