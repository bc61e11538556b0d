// Hostile WebSocket frames, by class. The class "broken framing" goes past the client's own framing.
// Knows Colyseus 0.18's wire only as far as it takes to be nearly right.
import type { Random } from "./random.ts";

export interface HostileFrame {
  readonly bytes: Buffer;
  /** How it leaves: as a message, as text, or as bytes of our own making on the TCP socket. */
  readonly as: "binary" | "text" | "raw";
}

const roomData = 13;
const roomDataBytes = 17;
const roomRequest = 21;
const inputs = [19, 20];
const prototypeKeys = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "*", "_"];

const binary = (...parts: (Uint8Array | number[])[]): HostileFrame => ({
  bytes: Buffer.concat(parts.map((part) => Buffer.from(part))),
  as: "binary",
});

/** A MessagePack string; the schema codec, which writes message types, has the same form. */
function packText(text: string): Buffer {
  const utf8 = Buffer.from(text);
  if (utf8.length < 32) return Buffer.concat([Buffer.from([0xa0 | utf8.length]), utf8]);
  const head = Buffer.from([0xda, 0, 0]);
  head.writeUInt16BE(utf8.length, 1);
  return Buffer.concat([head, utf8]);
}

const heartbeat = packText("heartbeat");

/** MessagePack values that promise more than they hold, or are of a type that nobody expects. */
const oddValues: readonly number[][] = [
  [],
  [0xc0],
  [0xc1], // never used
  [0xc2],
  [0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0], // NaN
  [0xcf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0xdd, 0xff, 0xff, 0xff, 0xff], // an array of 4 G
  [0xdf, 0xff, 0xff, 0xff, 0xff], // a map of 4 G
  [0xdb, 0xff, 0xff, 0xff, 0xff, 0x61],
  [0xc6, 0xff, 0xff, 0xff, 0xff, 0x61],
  [0xc9, 0xff, 0xff, 0xff, 0xff, 0x72],
  [0xd4, 0x72, 0x40], // msgpackr's records
  [0xd4, 0x65, 0x01], // its errors
  [0xd6, 0xff, 0xff, 0xff, 0xff, 0xff], // a date
  [0xd8, 0x74, ...Array.from({ length: 16 }, () => 0xff)], // its typed arrays
  [0xd7, 0x78, 0x28, 0x61, 0x2b, 0x29, 0x2b, 0x24, 0x67, 0x69], // its regular expressions
  [0x81, 0xc0, 0xc0],
  [0x82, 0xa1, 0x61, 0x01],
];

function nested(random: Random): Buffer {
  return Buffer.alloc(random.int(100, 4000), random.pick([0x91, 0x81, 0xdc]));
}

function prototypeMap(random: Random): Buffer {
  const inner = Buffer.concat([Buffer.from([0x81]), packText("isAdmin"), Buffer.from([0xc3])]);
  return Buffer.concat([Buffer.from([0x81]), packText(random.pick(prototypeKeys)), inner]);
}

const typeOf = (random: Random): Buffer =>
  random.next() < 0.5
    ? heartbeat
    : packText(random.pick([...prototypeKeys, random.text(random.int(0, 300))]));

/** A frame's head with any opcode, flags and length, masked or not, followed by noise. */
function rawFrame(random: Random): Buffer {
  const second = random.pick([random.int(0, 255), 0x80, 0xfe, 0xff, 0x7e, 0x7f, 0x81]);
  return Buffer.concat([Buffer.from([random.int(0, 255), second]), random.bytes(random.int(0, 40))]);
}

const unmasked = [0, 0, 0, 0];
const rawShapes: readonly ((random: Random) => Buffer)[] = [
  rawFrame,
  (random) => random.bytes(random.int(1, 200)),
  () => Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
  () => Buffer.from([0x88, 0x81, ...unmasked, 0x03]), // a close with half a code
  () => Buffer.from([0x88, 0x82, ...unmasked, 0x03, 0xed]), // a close with 1005
  () => Buffer.from([0x02, 0x80, ...unmasked, 0x00, 0x81, ...unmasked, 0x0d, 0x81, 0x80, ...unmasked]), // fragments
  () => Buffer.from([0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, ...unmasked]), // 2^63 bytes to come
  () => Buffer.from([0xc2, 0x81, ...unmasked, 0x0d]), // compressed, which was not agreed on
];

export interface FrameClass {
  /** Its share among the frames. */
  readonly weight: number;
  make(random: Random): HostileFrame;
}

/** What is sent on joined sockets. */
export const frameClasses: Readonly<Record<string, FrameClass>> = {
  "random bytes": { weight: 5, make: (random) => binary(random.bytes(random.int(0, 300))) },
  "every opcode": {
    weight: 6,
    make: (random) => binary([random.int(0, 255)], random.bytes(random.int(0, 20))),
  },
  "bare opcode": { weight: 3, make: (random) => binary([random.int(0, 255)]) },
  "truncated msgpack": {
    weight: 5,
    make(random) {
      const whole = Buffer.concat([Buffer.from([roomData]), heartbeat, prototypeMap(random)]);
      return binary(whole.subarray(0, random.int(1, whole.length - 1)));
    },
  },
  "wrong types": {
    weight: 6,
    make: (random) =>
      binary([roomData], random.pick([heartbeat, [random.int(0, 255)]]), random.pick(oddValues)),
  },
  "nested payload": { weight: 2, make: (random) => binary([roomData], heartbeat, nested(random)) },
  "prototype keys": {
    weight: 5,
    make: (random) => binary([roomData], typeOf(random), prototypeMap(random)),
  },
  "requests and bytes": {
    weight: 4,
    make: (random) =>
      random.next() < 0.5
        ? binary([roomDataBytes], typeOf(random), random.bytes(random.int(0, 50)))
        : binary([roomRequest], [random.int(0, 127)], typeOf(random), random.pick(oddValues)),
  },
  "inputs nobody defined": {
    weight: 2,
    make: (random) =>
      binary([random.pick(inputs) | random.pick([0, 32, 64, 128, 224])], random.bytes(random.int(0, 60))),
  },
  "large frames": {
    weight: 1,
    make: (random) => binary([roomData], heartbeat, Buffer.alloc(random.pick([4000, 4097, 20_000]), 0xc0)),
  },
  "text frames": {
    weight: 2,
    make: (random) => ({
      bytes: Buffer.from(random.pick(["", "null", '{"type":"heartbeat"}', random.text(100)])),
      as: "text",
    }),
  },
  "broken framing": {
    weight: 2,
    make: (random) => ({ bytes: random.pick(rawShapes)(random), as: "raw" }),
  },
};
