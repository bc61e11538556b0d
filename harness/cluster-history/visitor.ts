// A client of the cluster on the stock SDK: the SDK's own reconnection as long as it tries, then a join by identity, for
// ever; and what the SDK lacks, a watchdog: a path on which nothing is heard is given up (its process may have stopped).
// Writes down what it saw, and nothing that it knows.
import "../clients/phone.ts"; // before the SDK: quiets it, and gives it a WebSocket that can be cut
import { Client, type Room } from "@colyseus/sdk";
import type { JoinOptions } from "../clients/phone.ts";
import { now } from "../wait.ts";
import type { DeviceStory, Span, Visit } from "./evidence.ts";

// biome-ignore lint: the SDK's state is reflected at run time
type AnyRoom = Room<unknown, any>; // oxlint-disable-line no-explicit-any

const joinLimitMs = 8000;
const beatEveryMs = 1000;
const goodbyeLimitMs = 6000;
const silenceLimitMs = 6000;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export class Visitor {
  readonly name: string;
  readonly #visits: Writable<Visit>[] = [];
  readonly #absences: { from: number; to: number }[] = [];
  readonly #goodbyes: { from: number; to: number; code: number | undefined }[] = [];
  readonly story: DeviceStory | undefined;
  readonly spans: Span[] = [];
  readonly #url: string;
  readonly #options: JoinOptions;
  #room: AnyRoom | undefined;
  #span: Span | undefined;
  #isAway = false;
  #lastHeardAt = 0;
  /** What happened to its connections, for whoever has to find out why something is wrong. */
  readonly diary: string[] = [];
  #isStopped = false;
  #beat: NodeJS.Timeout | undefined;

  /** `kind` is undefined for an observer. */
  constructor(url: string, name: string, options: JoinOptions, kind?: DeviceStory["kind"]) {
    this.#url = url;
    this.name = name;
    this.#options = options;
    const [event, device] = [String(options.event_id), String(options.device_id)];
    if (kind !== undefined)
      this.story = {
        device,
        event,
        kind,
        visits: this.#visits,
        absences: this.#absences,
        goodbyes: this.#goodbyes,
      };
  }

  get event(): string {
    return String(this.#options.event_id);
  }

  get isThere(): boolean {
    return this.#span !== undefined;
  }

  /** device id -> status, as it sees it now. */
  roster(): Map<string, string> {
    const entries: Iterable<[string, { status: string }]> = this.#room?.state?.participants ?? [];
    return new Map([...entries].map(([device, { status }]) => [device, status]));
  }

  /** Comes, and comes back for ever. */
  async run(): Promise<void> {
    this.#beat = setInterval(() => {
      if (this.isThere && this.#room?.connection.isOpen) this.#room.send("heartbeat");
      if (this.#room !== undefined && now() - this.#lastHeardAt > silenceLimitMs) {
        this.#note("nothing heard: given up");
        this.#leave();
      }
    }, beatEveryMs);
    while (!this.#isStopped) {
      if (!this.#isAway && this.#room === undefined) await this.#join();
      await new Promise((resolve) => setTimeout(resolve, 200 + Math.random() * 400));
    }
  }

  /** Cuts its connection and stays away until `ms` have passed. */
  async wander(ms: number): Promise<void> {
    const absence = { from: this.isThere ? this.#lastHeardAt : now(), to: Number.POSITIVE_INFINITY };
    this.#absences.push(absence);
    this.#note(this.isThere ? `went away, last heard ${Math.round(absence.from)}` : "stays away");
    this.#isAway = true;
    this.#leave();
    await new Promise((resolve) => setTimeout(resolve, ms));
    absence.to = now();
    this.#isAway = false;
  }

  /** Says goodbye, and comes again after `ms`. Not when it is not there. */
  async sayGoodbye(ms: number): Promise<void> {
    const room = this.#room;
    if (room === undefined || !this.isThere) return;
    this.#isAway = true;
    const goodbye: { from: number; to: number; code: number | undefined } = {
      from: now(),
      to: Number.POSITIVE_INFINITY,
      code: undefined,
    };
    this.#goodbyes.push(goodbye);
    this.#note("says goodbye");
    room.reconnection.enabled = false; // a goodbye is not taken back
    this.#room = undefined;
    this.#end();
    const limit = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), goodbyeLimitMs));
    goodbye.code = await Promise.race([room.leave(true), limit]);
    goodbye.to = now();
    this.#note(`goodbye: ${goodbye.code}`);
    cut(room);
    await new Promise((resolve) => setTimeout(resolve, ms));
    this.#isAway = false;
  }

  /** Has the room's author ask everyone back. */
  askEveryoneBack(): void {
    if (this.isThere && this.#room?.connection.isOpen) this.#room.send("end", 4010);
  }

  stop(): void {
    this.#isStopped = true;
    clearInterval(this.#beat);
    this.#leave();
  }

  #note(what: string): void {
    this.diary.push(`${Math.round(now())} ${what}`);
  }

  #leave(): void {
    const room = this.#room;
    this.#room = undefined;
    this.#end();
    if (room !== undefined) cut(room);
  }

  async #join(): Promise<void> {
    const joining = new Client(this.#url).joinOrCreate("event", this.#options);
    const limit = new Promise<never>((_, reject) =>
      setTimeout(() => reject(new Error("too slow")), joinLimitMs),
    );
    try {
      const room = await Promise.race([joining, limit]);
      if (this.#isAway || this.#isStopped) cut(room);
      else this.#took(room);
    } catch (error) {
      this.#note(`join failed: ${(error as Error).message}`);
      joining.then(cut, () => {});
    }
  }

  #took(room: AnyRoom): void {
    this.#note("joined");
    this.#room = room;
    this.#lastHeardAt = now();
    room.reconnection.minUptime = 0;
    room.reconnection.maxDelay = 1000;
    // The first state of a connection stands for the past.
    const begin = () => room.onStateChange.once(() => this.#begin(room));
    begin();
    room.onMessage("*", (type, payload) => {
      if (this.#room === room) this.#heard(String(type), payload as Record<string, unknown>);
    });
    room.onDrop((code) => {
      if (this.#room !== room) return;
      this.#note(`dropped ${code}`);
      this.#end();
    });
    room.onReconnect(() => {
      if (this.#room !== room) return cut(room); // an attempt that was under way when it was given up
      this.#note("reconnected");
      this.#lastHeardAt = now();
      begin();
      return undefined;
    });
    room.onError(() => {});
    room.onLeave((code) => {
      if (this.#room !== room) return;
      this.#note(`left ${code}`);
      this.#leave();
    });
  }

  #begin(room: AnyRoom): void {
    if (this.#room !== room) return;
    const at = now();
    this.#lastHeardAt = at;
    this.#note("first state");
    const client = this.name;
    this.#span = {
      client,
      event: this.event,
      from: at,
      to: at,
      first: this.roster(),
      heard: [],
      words: [],
    };
    this.spans.push(this.#span);
    if (this.story === undefined) return;
    const { joined_at: joinedAt } = room.state.participants.get(this.story.device) ?? { joined_at: 0 };
    this.#visits.push({ at, until: at, joinedAt });
  }

  #end(): void {
    if (this.#span !== undefined) this.#span.to = now();
    this.#span = undefined;
  }

  #heard(type: string, payload: Record<string, unknown>): void {
    this.#lastHeardAt = now();
    const visit = this.#visits.at(-1);
    if (this.isThere && visit !== undefined) visit.until = this.#lastHeardAt;
    // Observers listen for all: what they hear, the others hear, too.
    if (type === "word" && this.story === undefined)
      this.#span?.words.push({ epoch: Number(payload.epoch), at: Number(payload.at) });
    if (!type.startsWith("participant_") || payload.epoch === undefined) return;
    this.#span?.heard.push({
      type,
      device: String(payload.device_id),
      reason: String(payload.reason ?? ""),
      epoch: Number(payload.epoch),
      seq: Number(payload.seq),
      at: Number(payload.at),
      graceExpiresAt: Number(payload.grace_expires_at ?? 0),
    });
  }
}

/** The socket dies without a goodbye, and nobody tries again. */
function cut(room: AnyRoom): void {
  room.reconnection.enabled = false;
  const { ws } = room.connection.transport as unknown as { ws?: { terminate(): void } };
  ws?.terminate();
}
