// What a witness is told and what the own page says, beside each other, over one outage: a stock client on a clean path, and
// our client behind a bad network. Judges both by the bounds that a page has to keep.
import { joinEvent } from "../../src/client/index.ts";
import type { ConnectionQuality, EventSession, SessionState } from "../../src/client/types/index.ts";
import { quiet, until } from "../wait.ts";
import { FakeStorage } from "./fakes/fake-environment.ts";
import { Phone } from "./phone.ts";

/** Something that was told, to the witness or by the session to its page. */
export interface Told {
  readonly by: "witness" | "own";
  /** Since the outage began. */
  readonly atMs: number;
  readonly what: string;
}

/** How everything stood at one moment. */
export interface Row {
  readonly atMs: number;
  /** As the witness sees us; undefined when the witness is cut off itself. */
  readonly seen: string;
  /** Until when the witness sees our seat kept, in ms from now; undefined while we are here. */
  readonly keptMs: number | undefined;
  readonly status: string;
  readonly quality: ConnectionQuality;
  /** For how long nothing has come. */
  readonly silentMs: number;
  /** What the page can say of its seat: surely kept for so long yet. */
  readonly surelyMs: number | undefined;
  readonly deadline: number | "paused" | undefined;
}

export interface Watched {
  readonly rows: readonly Row[];
  readonly told: readonly Told[];
  /** The bounds that were not kept, in words. */
  readonly broken: readonly string[];
}

/** What is played, on the network or on the server. */
export interface Play {
  begin(): unknown;
  end(): unknown;
  readonly lengthMs: number;
  /** How long the room bears silence. */
  readonly detectionMs: number;
  /** Nothing of it may be called an absence: it is a hole that is shorter than that. */
  readonly isShort?: boolean;
  /** What timers and round trips may take beside the bounds: a busy machine's more. */
  readonly toleranceMs?: number;
  /** Nobody is charged for it. */
  readonly isRestart?: boolean;
}

/** The page says so within this of what the witness is told. */
const togetherMs = 3000;
/** What timers, a poll here and a round trip may take, where nobody says more. */
const usualToleranceMs = 700;

export class WatchedOutage {
  readonly #witness: Phone;
  readonly #session: EventSession;
  readonly #told: Told[] = [];
  readonly #rows: Row[] = [];
  /** What the page could say first of its seat, and what the witness was told of it. */
  #surelyUntil: number | undefined;
  #beganAt = Number.NaN;

  private constructor(witness: Phone, session: EventSession) {
    this.#witness = witness;
    this.#session = session;
    session.on("status", (state) => this.#statusIs(state));
    session.on("quality", (quality) => this.#tell("own", quality));
    witness.room.onMessage("*", (type, payload) => {
      if ((payload as { device_id?: string } | undefined)?.device_id === session.deviceId)
        this.#tell("witness", String(type));
    });
  }

  /** @param url where the witness is @param badUrl the same server, over the network that is to be bad */
  static async join(url: string, badUrl: string, eventId: string): Promise<WatchedOutage> {
    const session = joinEvent({ url: badUrl, eventId, storage: new FakeStorage() });
    await session.joined();
    const witness = await Phone.join(url, { event_id: eventId, role: "observer" });
    await until("a sign of life", () => session.quality === "good" && witness.sees(session.deviceId));
    return new WatchedOutage(witness, session);
  }

  /** Plays it, and watches until the page has been back for 2 s. */
  async play(play: Play): Promise<Watched> {
    this.#beganAt = performance.now();
    await play.begin();
    const sampler = setInterval(() => this.#rows.push(this.#row()), 1000);
    await until("its end", () => this.#sinceMs() >= play.lengthMs, play.lengthMs + 1000);
    await play.end();
    await until("a page that is back", () => this.#isBack, 30_000);
    const backAtMs = this.#sinceMs();
    await until("what is told of it", () => this.#sinceMs() >= backAtMs + 2000);
    clearInterval(sampler);
    return { rows: this.#rows, told: this.#told, broken: this.#broken(play) };
  }

  async leave(): Promise<void> {
    await this.#session.leave();
    // One that is cut off itself is never told that it has left.
    await Promise.race([this.#witness.room.leave().catch(() => {}), quiet(1000)]);
  }

  get #isBack(): boolean {
    const seen = this.#witness.sees(this.#session.deviceId)?.status;
    return (
      this.#session.status === "connected" && this.#session.quality !== "no_answer" && seen === "connected"
    );
  }

  #sinceMs(): number {
    return performance.now() - this.#beganAt;
  }

  #tell(by: Told["by"], what: string): void {
    if (!Number.isNaN(this.#beganAt)) this.#told.push({ by, atMs: this.#sinceMs(), what });
  }

  #statusIs({ status, keptSeat }: SessionState): void {
    const isNews = this.#told.findLast(({ by }) => by === "own")?.what !== status;
    if (isNews) this.#tell("own", status);
    if (keptSeat !== undefined && typeof keptSeat.deadline !== "number")
      this.#surelyUntil ??= keptSeat.atLeastUntil;
  }

  #row(): Row {
    const session = this.#session;
    const now = session.serverNow();
    const entry = this.#witness.sees(session.deviceId);
    const keptSeat = session.state.keptSeat;
    const deadline = Number(entry?.grace_expires_at ?? 0);
    return {
      atMs: this.#sinceMs(),
      seen: this.#witness.room.connection.isOpen ? String(entry?.status ?? "gone") : "cut off",
      keptMs: deadline > 0 ? deadline - now : undefined,
      status: session.status,
      quality: session.quality,
      silentMs: now - (session.lastReceivedAt ?? now),
      surelyMs: keptSeat === undefined ? undefined : keptSeat.atLeastUntil - now,
      deadline: keptSeat?.deadline,
    };
  }

  #first(by: Told["by"], what: string): number | undefined {
    return this.#told.find((told) => told.by === by && told.what === what)?.atMs;
  }

  #broken(play: Play): string[] {
    const {
      isShort = false,
      isRestart = false,
      detectionMs,
      lengthMs,
      toleranceMs = usualToleranceMs,
    } = play;
    const broken: string[] = [];
    const check = (isKept: boolean, what: string) => void (isKept || broken.push(what));
    const away = this.#first("witness", "participant_temporarily_disconnected");
    const reconnecting = this.#first("own", "reconnecting");
    if (isShort)
      check(away === undefined && reconnecting === undefined, "a short loss was called an absence");
    if (away !== undefined && !isRestart)
      check(
        reconnecting !== undefined && reconnecting <= away + togetherMs + toleranceMs,
        `the witness knew at ${away}, the page at ${reconnecting}`,
      );
    const back =
      this.#first("witness", "participant_reconnected") ?? this.#first("witness", "participant_joined");
    const here = this.#told.findLast(({ by, what }) => by === "own" && what === "connected")?.atMs;
    if (back !== undefined)
      check(here !== undefined && here <= back + togetherMs, `told at ${back}, the page at ${here}`);
    const deadline = this.#witness.heard
      .filter(({ type }) => type === "participant_temporarily_disconnected")
      .map(({ payload }) => Number(payload.grace_expires_at))[0];
    if (deadline !== undefined && this.#surelyUntil !== undefined && !isRestart) {
      const laterMs = deadline - this.#surelyUntil;
      check(laterMs >= 0, `the page promised ${-laterMs} ms more than the server kept`);
      check(
        laterMs <= detectionMs + toleranceMs,
        `the page promised ${laterMs} ms less than the server kept`,
      );
    }
    const isHole = this.#first("own", "no_answer") !== undefined;
    if (isShort && lengthMs > 4000 + toleranceMs + 1000)
      check(isHole, "nobody was told that there is no answer");
    return broken;
  }
}
