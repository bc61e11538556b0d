// A server and a browser, and on them scenes: an event each, with the devices of those in it. Opens pages, asks the
// server itself for the truth, and keeps what the pages' consoles have said.
import type { Browser, BrowserContext, BrowserContextOptions } from "playwright-core";
import { launch } from "../../harness/browsers/browser.ts";
import { identity, newEvent, Phone } from "../../harness/clients/phone.ts";
import { type ServerProcess, startServer } from "../../harness/servers/server-process.ts";
import { until } from "../../harness/wait.ts";
import { HostPage, ParticipantPage, type Watched } from "./people.ts";

/** A server and a browser, for any number of scenes at once. */
export class Stage {
  server: ServerProcess;
  readonly browser: Browser;
  readonly #env: Record<string, string>;
  readonly #scenes: Scene[] = [];
  #token = "";

  private constructor(server: ServerProcess, browser: Browser, env: Record<string, string>) {
    this.server = server;
    this.browser = browser;
    this.#env = env;
  }

  static async open(env: Record<string, string> = {}): Promise<Stage> {
    const [server, browser] = await Promise.all([startServer(env), launch()]);
    return new Stage(server, browser, env);
  }

  get url(): string {
    return this.server.url;
  }

  /** Starts the server again, as it was; on the same port when the settings name one. */
  async restart(): Promise<void> {
    this.server = await startServer(this.#env);
    this.#token = "";
  }

  /** The ids of all events, as hosts are told. */
  async events(): Promise<string[]> {
    await this.#signIn();
    const headers = { authorization: `Bearer ${this.#token}` };
    const answer = await fetch(`${this.url}/host/events`, { headers });
    const { events } = (await answer.json()) as { events: { event_id: string }[] };
    return events.map(({ event_id }) => event_id);
  }

  /** The token of a host of all events. */
  async hostToken(): Promise<string> {
    await this.#signIn();
    return this.#token;
  }

  async #signIn(): Promise<void> {
    if (this.#token !== "") return;
    const { host_token: token } = await this.#post("/host/session", { code: await printedCode(this.server) });
    this.#token = token as string;
  }

  /** A one-time link to the dashboard. */
  async hostLink(eventId?: string): Promise<string> {
    const search = eventId === undefined ? "" : `?event=${encodeURIComponent(eventId)}`;
    await this.#signIn();
    const { code } = await this.#post("/host/code", {});
    return `${this.url}/host${search}#code=${code as string}`;
  }

  /** Makes sure that an event is there: a host's page opens none by looking at it. */
  async openEvent(eventId: string): Promise<void> {
    await this.#signIn();
    await this.#post("/api/v1/events", { event_id: eventId });
  }

  linkTo(eventId: string): string {
    return `${this.url}/?event=${encodeURIComponent(eventId)}`;
  }

  /** An event of its own. */
  scene(eventId = newEvent()): Scene {
    const scene = new Scene(this, eventId);
    this.#scenes.push(scene);
    return scene;
  }

  /** Everything that our code has complained about on any page so far. */
  get complaints(): string[] {
    return this.#scenes.flatMap(({ complaints }) => complaints);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.kill();
  }

  async #post(path: string, body: object): Promise<Record<string, unknown>> {
    const response = await fetch(`${this.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${this.#token}` },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Record<string, unknown>;
  }
}

/** One event, the devices in front of it, and what the server itself says of it. */
export class Scene {
  readonly stage: Stage;
  readonly eventId: string;
  readonly #contexts: BrowserContext[] = [];
  readonly #watched: Watched[] = [];
  #truth: Phone | undefined;

  constructor(stage: Stage, eventId: string) {
    this.stage = stage;
    this.eventId = eventId;
  }

  /** A new device. */
  async device(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const context = await this.stage.browser.newContext(options);
    this.#contexts.push(context);
    return context;
  }

  /** Somebody whose tab will look at the dashboard. */
  async strangerAtHost(context?: BrowserContext): Promise<HostPage> {
    const page = await (context ?? (await this.device())).newPage();
    return this.watch(new HostPage(page));
  }

  /** A host in front of the event's dashboard. */
  async host(context?: BrowserContext): Promise<HostPage> {
    const host = await this.strangerAtHost(context);
    await this.stage.openEvent(this.eventId);
    await host.page.goto(await this.stage.hostLink(this.eventId));
    await host.isLive();
    return host;
  }

  /** Somebody whose tab has not loaded anything yet. */
  async visitor(name: string, context?: BrowserContext): Promise<ParticipantPage> {
    const page = await (context ?? (await this.device())).newPage();
    return this.watch(new ParticipantPage(page, name));
  }

  /** Somebody who has followed a link to the event, filled in a name, and is in. */
  async participant(name: string, context?: BrowserContext): Promise<ParticipantPage> {
    await this.open(); // the page opens no event
    const participant = await this.visitor(name, context);
    await participant.page.goto(this.stage.linkTo(this.eventId));
    await participant.takeSeat();
    await participant.says("You are here");
    return participant;
  }

  /** The server's own word about a participant: the state, as an observer without a browser has it. */
  async seat(name: string): Promise<SeatEntry> {
    const observer = await this.#observer();
    const seats = [...(observer.participants()?.values() ?? [])] as unknown as SeatEntry[];
    const seat = seats.find(({ display_name }) => display_name === name);
    if (seat === undefined) throw new Error(`${name} has no seat`);
    return { ...pick(seat) };
  }

  /** Makes sure that the event is there. */
  async open(): Promise<void> {
    await this.#observer();
  }

  /** Watches without a seat, from before the first participant on: the event is there. */
  async #observer(): Promise<Phone> {
    this.#truth ??= await Phone.join(this.stage.url, { ...identity(this.eventId), role: "observer" });
    return this.#truth;
  }

  watch<Of extends Watched>(watched: Of): Of {
    this.#watched.push(watched);
    return watched;
  }

  get complaints(): string[] {
    return this.#watched.flatMap(({ complaints, page }) =>
      complaints.ours.map((text) => `${page.url()}: ${text}`),
    );
  }

  /** Nobody looks any more. The complaints stay. */
  async close(): Promise<void> {
    this.#truth?.drop();
    await Promise.all(this.#contexts.map((context) => context.close()));
  }
}

export interface SeatEntry {
  readonly display_name: string;
  readonly status: string;
  readonly joined_at: number;
  readonly grace_expires_at: number;
}

const pick = ({ display_name, status, joined_at, grace_expires_at }: SeatEntry): SeatEntry => ({
  display_name,
  status,
  joined_at,
  grace_expires_at,
});

/** The code of the one-time link that a server prints when it starts. */
export function printedCode(server: ServerProcess): Promise<string> {
  return until(
    () => `a one-time link in ${server.output()}`,
    () => /\/host#code=([\w.-]+)/.exec(server.output())?.[1],
  );
}
