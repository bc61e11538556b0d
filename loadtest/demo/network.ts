// The bad network in front of one phone: plays its outages on a fault proxy of its own, and notes when they were.
// Tells the phone nothing; `calm` is for a person, who sees the bars come back and reloads the page.
import { FaultProxy, type Outage, playOutages } from "../../src/testing/index.ts";
import { now } from "../support/sdk.ts";
import type { Span } from "./evidence.ts";
import type { Trouble } from "./schedule.ts";

export class PhoneNetwork {
  readonly outages: Span[] = [];
  readonly #proxy: FaultProxy;
  readonly #trouble: Trouble;
  readonly #stop = new AbortController();
  #down: PromiseWithResolvers<void> | undefined;

  private constructor(proxy: FaultProxy, trouble: Trouble) {
    this.#proxy = proxy;
    this.#trouble = trouble;
  }

  static async to(port: number, trouble: Trouble): Promise<PhoneNetwork> {
    return new PhoneNetwork(await FaultProxy.start(port), trouble);
  }

  get url(): string {
    return this.#proxy.url;
  }

  get isDown(): boolean {
    return this.#down !== undefined;
  }

  /** Resolves when the network works. */
  async calm(): Promise<void> {
    while (this.#down !== undefined) await this.#down.promise;
  }

  /** Plays the schedule from now on; `onOutage` and `onHealed` are told of each outage. */
  async play(
    outages: readonly Outage[],
    onOutage: (lengthMs: number) => void,
    onHealed: (lengthMs: number) => void,
  ): Promise<void> {
    await playOutages(this.#proxy, outages, {
      as: this.#trouble,
      signal: this.#stop.signal,
      onOutage: ({ lengthMs }) => {
        onOutage(lengthMs);
        this.#down = Promise.withResolvers();
        this.outages.push({ from: now(), to: now() + lengthMs });
      },
      onHealed: ({ lengthMs }) => {
        this.#noteEnd();
        this.#down?.resolve();
        this.#down = undefined;
        onHealed(lengthMs);
      },
    });
  }

  #noteEnd(): void {
    const { from } = this.outages.pop() as Span;
    this.outages.push({ from, to: now() });
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#proxy.close();
  }
}
