// The bad network in front of one phone: plays its outages on a fault proxy of its own, and notes when they were.
// Tells the phone nothing; `calm` is for a person, who sees the bars come back and reloads the page.
import { FaultProxy } from "../../harness/fault-proxy.ts";
import { now, sleep } from "../support/sdk.ts";
import type { Span } from "./evidence.ts";
import type { Outage, Trouble } from "./schedule.ts";

export class PhoneNetwork {
  readonly outages: Span[] = [];
  readonly #proxy: FaultProxy;
  readonly #trouble: Trouble;
  #downUntil: Promise<void> | undefined;
  #isStopped = false;

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
    return this.#downUntil !== undefined;
  }

  /** Resolves when the network works. */
  async calm(): Promise<void> {
    while (this.#downUntil !== undefined) await this.#downUntil;
  }

  /** Plays the schedule from now on; `onOutage` and `onHealed` are told of each outage. */
  async play(
    outages: readonly Outage[],
    onOutage: (lengthMs: number) => void,
    onHealed: (lengthMs: number) => void,
  ): Promise<void> {
    const startedAt = now();
    for (const { startMs, lengthMs } of outages) {
      await sleep(Math.max(0, startedAt + startMs - now()));
      if (this.#isStopped) return;
      onOutage(lengthMs);
      this.#downUntil = this.#fail(startedAt + startMs + lengthMs);
      await this.#downUntil;
      this.#downUntil = undefined;
      onHealed(lengthMs);
    }
  }

  async close(): Promise<void> {
    this.#isStopped = true;
    await this.#proxy.close();
  }

  async #fail(untilAt: number): Promise<void> {
    const span = { from: now(), to: untilAt };
    this.outages.push(span);
    if (this.#trouble === "hole") this.#proxy.strand();
    else this.#proxy.reset({ refuse: true });
    await sleep(Math.max(0, untilAt - now()));
    this.#proxy.heal();
    span.to = now();
  }
}
