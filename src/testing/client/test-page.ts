// A page with our own client in a test: `event.page("ann")`. The session is the one of `joinEvent`, and does by itself what it
// does in a browser, when the time for it has come.
import { SdkDialer } from "../../client/connection/sdk/dialer.ts";
import { Session } from "../../client/session/session.ts";
import type { EventSession, JoinEventOptions } from "../../client/types/index.ts";
import type { EventSchema } from "../../schema/event-state.ts";
import type { Surroundings } from "../phone/page.ts";
import { OwnedClock } from "../virtual-clock.ts";
import { MemoryNetwork } from "./memory-network.ts";
import { DeviceStorage, PageEnvironment } from "./page-environment.ts";

/** A page in a test that has a session of our client. */
export class TestPage<S extends EventSchema = EventSchema> {
  readonly #around: Surroundings;
  readonly #options: Omit<JoinEventOptions, "url">;
  readonly #network: MemoryNetwork;
  readonly #storage = new DeviceStorage();
  #clock!: OwnedClock;
  #environment!: PageEnvironment;
  #session!: EventSession<S>;

  /** Made by `event.page`. */
  constructor(around: Surroundings, options: Omit<JoinEventOptions, "url">) {
    this.#around = around;
    this.#options = options;
    this.#network = new MemoryNetwork(around);
    this.#load();
  }

  /** What `joinEvent` returns; after `reload()` another. */
  get session(): EventSession<S> {
    return this.#session;
  }

  /** Takes its seat, as `event.page` does. @throws SessionEndedError, as `session.joined()` does */
  async join(): Promise<this> {
    await this.#around.until(this.#session.joined());
    await this.#around.settle();
    return this;
  }

  /** The network resets its connection. The client comes back by itself: let time pass. */
  drop(): Promise<void> {
    this.#network.cut();
    return this.#around.settle();
  }

  /** Nothing gets through its connection any more: both ends have to find out by themselves. */
  vanish(): Promise<void> {
    this.#network.strand();
    return this.#around.settle();
  }

  /** It has no network, and its browser says so. */
  unplug(): Promise<void> {
    this.#network.takeAway();
    this.#environment.signal("offline");
    return this.#around.settle();
  }

  /** It has its network again, and its browser says so. */
  plug(): Promise<void> {
    this.#network.giveBack();
    this.#environment.signal("online");
    return this.#around.settle();
  }

  /** It is loaded again: only what the device has stored is left. */
  async reload(): Promise<void> {
    this.#end();
    this.#load();
    await this.join();
  }

  /** It is closed, as a tab is: nobody says goodbye. */
  close(): Promise<void> {
    this.#end();
    return this.#around.settle();
  }

  /** Nothing of the page runs any more. */
  #end(): void {
    this.#clock.stop();
    this.#network.cut();
  }

  #load(): void {
    const { url } = this.#network;
    this.#clock = new OwnedClock(this.#around.clock);
    this.#environment = new PageEnvironment(this.#clock, this.#network, this.#storage);
    const dialer = new SdkDialer(url, this.#environment);
    const session: unknown = new Session(
      { ...this.#options, url, storage: this.#storage },
      this.#environment,
      dialer,
    );
    this.#session = session as EventSession<S>;
  }
}
