// A seeded source of chance: the same seed makes the same frames and joins, so a finding can be had again.

const ranges: readonly [number, number][] = [
  [32, 126],
  [0, 31],
  [0x80, 0x2fff],
  [0xd800, 0xdfff],
  [0x1f300, 0x1faff],
];

export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number in [0, 1). The generator is mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  pick<Value>(values: readonly Value[]): Value {
    return values[this.int(0, values.length - 1)] as Value;
  }

  bytes(length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    for (let i = 0; i < length; i++) bytes[i] = this.int(0, 255);
    return bytes;
  }

  /** Printable, control, wide and broken characters alike. */
  text(length: number): string {
    let text = "";
    while (text.length < length) {
      const [from, to] = this.next() < 0.7 ? (ranges[0] as [number, number]) : this.pick(ranges);
      text += String.fromCodePoint(this.int(from, to));
    }
    return text;
  }
}
