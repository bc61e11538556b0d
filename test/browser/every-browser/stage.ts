// A server that can go away and come back, events that are on, and a network for each device: an address of its own, and so
// an origin of its own, which can be taken away without the browser's help.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Device, DeviceOptions, TestBrowser } from "../../../harness/browsers/test-browser.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { freePort } from "../../../harness/servers/free-port.ts";
import { type ServerProcess, startServer } from "../../../harness/servers/server-process.ts";
import { until } from "../../../harness/wait.ts";
import { FaultProxy } from "../../../src/testing/network/fault-proxy.ts";
import { ParticipantTab } from "./people.ts";

/** Longer than any machine takes for an outage of these tests: none of them is about a seat that is lost. */
const graceMs = 120_000;

export class Stage {
  readonly browser: TestBrowser;
  readonly #settings: Record<string, string>;
  readonly #folder: string;
  readonly #devices: Device[] = [];
  readonly #networks: FaultProxy[] = [];
  readonly #witnesses: Phone[] = [];
  #server: ServerProcess;
  #isStopped = false;

  private constructor(
    browser: TestBrowser,
    server: ServerProcess,
    settings: Record<string, string>,
    folder: string,
  ) {
    this.browser = browser;
    this.#server = server;
    this.#settings = settings;
    this.#folder = folder;
    this.#watch();
  }

  /** A server that ends by itself says so: what is red because of it would not. */
  #watch(): void {
    const { child, output } = this.#server;
    child.once("exit", (code, signal) => {
      if (!this.#isStopped)
        console.error(`the server has ended (${signal ?? code}): ${output().slice(-4000)}`);
    });
  }

  /** A server of its own, whose store outlives its process. */
  static async open(browser: TestBrowser, more: Record<string, string> = {}): Promise<Stage> {
    const folder = mkdtempSync(join(tmpdir(), "holdfast-every-browser-"));
    const settings = {
      PORT: String(await freePort()),
      STORE_URL: `file:${join(folder, "holdfast.db")}`,
      GRACE_PERIOD_MS: String(graceMs),
      ...more,
    };
    return new Stage(browser, await startServer(settings), settings, folder);
  }

  /** The server's own address, past every bad network. */
  get url(): string {
    return this.#server.url;
  }

  /** The server's process ends, as by a crash. */
  async stopServer(): Promise<void> {
    this.#isStopped = true;
    await this.#server.kill();
  }

  /** It is started again, on its port and with its store. */
  async startServer(): Promise<void> {
    this.#server = await startServer(this.#settings);
    this.#isStopped = false;
    this.#watch();
  }

  /** The code of the one-time link that the server has printed. */
  async hostCode(): Promise<string> {
    const code = () => /\/host#code=([\w.-]+)/.exec(this.#server.output())?.[1];
    return until("a one-time link", code);
  }

  /** A network of its own to the server. */
  async network(): Promise<FaultProxy> {
    const network = await FaultProxy.start(this.#server.port);
    this.#networks.push(network);
    return network;
  }

  async device(options?: DeviceOptions): Promise<Device> {
    const device = await this.browser.newDevice(options);
    this.#devices.push(device);
    return device;
  }

  /** An event that is on, because somebody with the stock SDK and the best of networks is in it. */
  async event(eventId = newEvent()): Promise<Event> {
    const witness = await Phone.join(this.url, { ...identity(eventId), display_name: "Witness" });
    this.#witnesses.push(witness);
    return new Event(witness);
  }

  /** Somebody with a device and a network of their own, who has opened nothing yet. */
  async visitor(name: string, options?: DeviceOptions): Promise<Person> {
    const network = await this.network();
    const device = await this.device(options);
    return { network, device, page: new ParticipantTab(await device.newTab(), network.url, name) };
  }

  /** Somebody who has followed a link to the event, and is in. */
  async participant(name: string, event: Event): Promise<Person> {
    const person = await this.visitor(name);
    await person.page.openEvent(event.id);
    await person.page.takeSeat();
    await person.page.is("here");
    return person;
  }

  /** What our code has complained about on any page so far. */
  get complaints(): readonly string[] {
    return this.#devices.flatMap(({ complaints }) => complaints);
  }

  /** The devices of one test, their networks and events are gone, and the server is there. */
  async clear(): Promise<void> {
    if (this.#isStopped) await this.startServer(); // the test has failed
    for (const witness of this.#witnesses.splice(0)) witness.drop();
    for (const device of this.#devices) await device.close().catch(() => {}); // some tests have closed it
    for (const network of this.#networks.splice(0)) await network.close();
  }

  async close(): Promise<void> {
    await this.clear();
    this.#isStopped = true;
    await this.#server.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export interface Person {
  readonly page: ParticipantTab;
  readonly device: Device;
  readonly network: FaultProxy;
}

/** An event, and what a participant of it with the stock SDK sees and is told. */
export class Event {
  readonly witness: Phone;

  constructor(witness: Phone) {
    this.witness = witness;
  }

  get id(): string {
    return this.witness.room.state.event_id;
  }

  /** The entry of somebody, as everyone has it; undefined while there is none. */
  seat(name: string): Record<string, unknown> | undefined {
    const seats = [...(this.witness.participants()?.values() ?? [])];
    return seats.find(({ display_name }) => display_name === name);
  }

  /** Waits until everyone sees somebody so. */
  async sees(name: string, status: "connected" | "temporarily_disconnected"): Promise<void> {
    await until(
      () => `${name} is ${status}; it is ${JSON.stringify(this.seat(name))}`,
      () => this.seat(name)?.status === status,
      20_000,
    );
  }

  /** Everything that was announced of somebody, as words. */
  story(name: string): string[] {
    return this.witness.story(String(this.seat(name)?.device_id));
  }
}
