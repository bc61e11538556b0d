// Reads recorded traffic with what docs/wire-protocol.md says and a MessagePack decoder: nothing of the server's, and nothing of
// Colyseus's. Each recorded thing becomes a line that the published JSON Schemas can judge.
//   node harness/wire/reader.ts FILE...     (one recorded thing a line, as recording-proxy.ts makes them)
import { readFileSync } from "node:fs";
import { unpack } from "msgpackr";
import type { Recorded } from "./recording-proxy.ts";
import { WireSchemas } from "./wire-schemas.ts";

/** One line of traffic, read. */
export type Line = Readonly<Record<string, unknown>>;

const code = { join: 10, error: 11, data: 13, bytes: 17, request: 21, response: 22 } as const;

/** Reads a frame's header: strings and numbers of @colyseus/schema, which are little-endian. */
class Header {
  readonly #bytes: Buffer;
  offset = 1;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  byte(): number {
    this.offset += 1;
    return this.#bytes.readUInt8(this.offset - 1);
  }

  text(length: number): string {
    this.offset += length;
    return this.#bytes.toString("utf8", this.offset - length, this.offset);
  }

  #unsigned(length: number): number {
    this.offset += length;
    return this.#bytes.readUIntLE(this.offset - length, length);
  }

  /** A string or a number, as its first byte says. */
  value(): string | number {
    const first = this.byte();
    if (first < 0x80) return first;
    if (first >= 0xe0) return first - 0x100;
    if (first >= 0xa0 && first < 0xc0) return this.text(first & 0x1f);
    switch (first) {
      case 0xd9:
        return this.text(this.byte());
      case 0xda:
        return this.text(this.#unsigned(2));
      case 0xcc:
        return this.byte();
      case 0xcd:
        return this.#unsigned(2);
      case 0xce:
        return this.#unsigned(4);
      case 0xcb:
        this.offset += 8;
        return this.#bytes.readDoubleLE(this.offset - 8);
      default:
        throw new Error(`a header has the byte ${first.toString(16)}`);
    }
  }

  /** What follows it, as MessagePack; no field where nothing does. No schema allows what is `unreadable`. */
  payload(): Line {
    if (this.offset >= this.#bytes.length) return {};
    try {
      return { payload: unpack(this.#bytes.subarray(this.offset)) };
    } catch (error) {
      return { unreadable: String(error) };
    }
  }
}

function frame(to: "client" | "room", bytes: Buffer): Line {
  const [first = 0] = bytes;
  const header = new Header(bytes);
  const line = { to, code: first };
  if (first === code.join && to === "client") {
    const reconnection_token = header.text(header.byte());
    return { ...line, reconnection_token, serializer: header.text(header.byte()) };
  }
  if (first === code.join && bytes.length === 17)
    return { ...line, kept: { epoch: bytes.readDoubleBE(1), patch: bytes.readDoubleBE(9) } };
  if (first === code.error) return { ...line, error: header.value(), message: header.value() };
  if (first === code.bytes) return { ...line, type: header.value() };
  if (first === code.data) return { ...line, type: header.value(), ...header.payload() };
  if (first === code.request)
    return { ...line, request: header.value(), type: header.value(), ...header.payload() };
  if (first === code.response)
    return { ...line, request: header.value(), status: header.byte(), ...header.payload() };
  return line;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A recorded thing as the schemas have it. */
export function lineOf(recorded: Recorded): Line {
  if ("hex" in recorded) return frame(recorded.to, Buffer.from(recorded.hex, "hex"));
  if ("method" in recorded)
    return { ...recorded, request: json(recorded.request), answer: json(recorded.answer) };
  if ("socket" in recorded && recorded.answer !== undefined)
    return { ...recorded, answer: json(recorded.answer) };
  return { ...recorded };
}

/** What was read of a recording: its lines, and each that is not what the schemas say, with the reason. */
export interface Reading {
  readonly lines: readonly Line[];
  readonly faults: readonly string[];
  /** The types of messages that were there, each way, and the names of the rest. */
  readonly kinds: ReadonlySet<string>;
}

/** @param isExact also finds fields that the schemas do not name */
export function read(recorded: readonly Recorded[], { isExact = false } = {}): Reading {
  const schemas = new WireSchemas({ isExact });
  const lines = recorded.map(lineOf);
  const faults = lines.flatMap((line) => {
    const fault = schemas.fault(line);
    return fault === undefined ? [] : [`${JSON.stringify(line)}: ${fault}`];
  });
  return { lines, faults, kinds: new Set(lines.map(kindOf)) };
}

/** The same of a file, with one recorded thing a line. */
export function readFile(file: string, options: { isExact?: boolean } = {}): Reading {
  const text = readFileSync(file, "utf8").trim();
  return read(
    text.split("\n").map((line) => JSON.parse(line) as Recorded),
    options,
  );
}

function kindOf({ to, code: first, type, method, path, status, socket, close, code: closed }: Line): string {
  if (method !== undefined)
    return `${String(method)} ${String(path).split("/", 3).join("/")} ${String(status)}`;
  if (socket !== undefined) return `socket ${String(status)}`;
  if (close !== undefined) return `close to ${String(close)}: ${String(closed)}`;
  return `to ${String(to)}: ${String(type ?? first)}`;
}

if (import.meta.main) {
  for (const file of process.argv.slice(2)) {
    const { lines, faults, kinds } = readFile(file);
    console.log(`${file}: ${lines.length} lines, ${faults.length} of them wrong`);
    console.log([...kinds].toSorted().join("\n"));
    for (const fault of faults) console.error(fault);
    if (faults.length > 0) process.exitCode = 1;
  }
}
