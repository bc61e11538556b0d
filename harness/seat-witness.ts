// The reference for the model test: knows what physically happened to phones and sockets, and what an observer saw.
// It shares no code and no transition table with src/seats: it derives from rules S3 to S13 and S18 what an
// observer may, must and must not have seen by now.

export interface Socket {
  readonly id: string;
  readonly first: boolean;
  readonly isReload: boolean;
  readonly bornAt: number;
  acked: boolean;
  diedAt: number | undefined;
}

interface Phone {
  newest: Socket | undefined;
  /** Since when nobody speaks for the seat, however many attempts have failed since. */
  absentSince: number | undefined;
  /** A takeover under way: the instant its victim was closed. */
  takenOverAt: number | undefined;
  /** A proven return that has no socket yet. */
  admittedAt: number | undefined;
  beats: boolean;
  lastFrameAt: number;
  /** How the participant's own story must end next, if a leave of some kind was ordered. */
  ordered: string | undefined;
}

export interface Seen {
  readonly type: string;
  readonly device: string;
  readonly reason?: string;
  readonly graceExpiresAt?: number;
  readonly to: string;
  readonly at: number;
}

export interface Bounds {
  readonly atLeast: number;
  readonly atMost: number;
}

const windowMs = 5000;
const stories = /^(J(DR)*D?L)*(J(DR)*D?)?$/;
const letters: Record<string, string> = {
  participant_joined: "J",
  participant_temporarily_disconnected: "D",
  participant_reconnected: "R",
  participant_left: "L",
};

export class Witness {
  readonly #phones = new Map<string, Phone>();
  readonly #stories = new Map<string, string>();
  readonly #graceMs: number;
  readonly #heartbeatTimeoutMs: number;
  readonly #quietMs: Bounds;
  readonly seen: Seen[] = [];

  /** `quietMs`: how long an absence must have lasted before it may be told, and by when it must have been. */
  constructor(graceMs: number, heartbeatTimeoutMs: number, quietMs: Bounds) {
    this.#graceMs = graceMs;
    this.#heartbeatTimeoutMs = heartbeatTimeoutMs;
    this.#quietMs = quietMs;
  }

  phone(device: string): Phone | undefined {
    return this.#phones.get(device);
  }

  // --- what happens to phones ---

  opens(device: string, socket: Socket): void {
    const phone = this.#phones.get(device);
    if (phone === undefined) {
      this.#phones.set(device, {
        newest: socket,
        absentSince: undefined,
        takenOverAt: undefined,
        admittedAt: undefined,
        beats: false,
        lastFrameAt: socket.bornAt,
        ordered: undefined,
      });
      return;
    }
    if (isPresent(phone)) phone.takenOverAt = socket.bornAt;
    if (phone.newest && phone.newest.diedAt === undefined) phone.newest.diedAt = socket.bornAt;
    phone.newest = socket;
    phone.admittedAt = undefined;
  }

  admits(device: string, now: number): void {
    const phone = this.#phones.get(device);
    if (phone?.absentSince !== undefined && phone.newest?.diedAt !== undefined) phone.admittedAt = now;
  }

  acknowledges(device: string, now: number): void {
    const phone = this.#phones.get(device);
    if (phone?.newest === undefined || phone.newest.diedAt !== undefined || phone.newest.acked) return;
    phone.newest.acked = true;
    if (phone.newest.first) return;
    if (phone.newest.isReload) phone.beats = false;
    phone.absentSince = undefined;
    phone.takenOverAt = undefined;
    phone.lastFrameAt = now;
  }

  dies(device: string, now: number): void {
    const phone = this.#phones.get(device);
    const socket = phone?.newest;
    if (phone === undefined || socket === undefined || socket.diedAt !== undefined) return;
    if (isPresent(phone)) phone.absentSince = now;
    else if (phone.takenOverAt !== undefined) phone.absentSince = phone.takenOverAt;
    phone.takenOverAt = undefined;
    socket.diedAt = now;
  }

  sends(device: string, isBeat: boolean, now: number): void {
    const phone = this.#phones.get(device);
    if (phone === undefined || !isPresent(phone)) return;
    phone.lastFrameAt = now;
    if (isBeat) phone.beats = true;
  }

  /** The server gives up on one who has beaten and then sent nothing. */
  timesOut(device: string, now: number): void {
    const phone = this.#phones.get(device);
    if (phone === undefined || !phone.beats || !isPresent(phone))
      throw new Error(`${device}: timed out at ${now}, but it is not there or never beat`);
    if (now - phone.lastFrameAt < this.#heartbeatTimeoutMs)
      throw new Error(`${device}: timed out at ${now} but last frame at ${phone.lastFrameAt}`);
    this.dies(device, now);
  }

  isOrderedOut(device: string, reason: string): void {
    const phone = this.#phones.get(device);
    if (phone !== undefined) phone.ordered = reason;
  }

  // --- what an observer sees ---

  sees(event: Seen): void {
    this.seen.push(event);
    const { device, at } = event;
    if (event.type === "participant_reconnected" && event.to === "self") return;
    const story = (this.#stories.get(device) ?? "") + letters[event.type];
    this.#stories.set(device, story);
    if (!stories.test(story)) throw new Error(`${device}: the story ${story} is out of order`);
    const phone = this.#phones.get(device);
    if (phone === undefined) throw new Error(`${device}: ${event.type} about nobody`);
    if (event.type === "participant_temporarily_disconnected") this.#seesDrop(phone, event);
    if (event.type === "participant_left") {
      this.#seesLeave(device, phone, event);
      this.#phones.delete(device);
    }
    if (event.type === "participant_reconnected" && !isPresent(phone))
      throw new Error(`${device}: reconnected at ${at} without an acknowledged socket`);
  }

  #seesDrop(phone: Phone, event: Seen): void {
    const { device, at } = event;
    this.#takeoverFails(phone, at);
    if (phone.absentSince === undefined) throw new Error(`${device}: dropped at ${at} while it was here`);
    if (at < phone.absentSince + this.#quietMs.atLeast)
      throw new Error(`${device}: told at ${at}, absent since ${phone.absentSince} only`);
    if (event.graceExpiresAt !== phone.absentSince + this.#graceMs)
      throw new Error(`${device}: deadline ${event.graceExpiresAt}, absent since ${phone.absentSince}`);
  }

  /** The replacement took too long; it may still complete. */
  #takeoverFails(phone: Phone, at: number): void {
    if (phone.takenOverAt === undefined || at < phone.takenOverAt + windowMs) return;
    phone.absentSince = phone.takenOverAt;
    phone.takenOverAt = undefined;
  }

  #seesLeave(device: string, phone: Phone, event: Seen): void {
    if (event.reason !== "grace_expired") {
      if (phone.ordered !== event.reason)
        throw new Error(`${device}: left as ${event.reason}, ordered ${phone.ordered}`);
      return;
    }
    if (phone.absentSince === undefined) throw new Error(`${device}: expired while it was here`);
    const earliest = this.#latestExpiry(phone);
    if (event.at < earliest) throw new Error(`${device}: expired at ${event.at}, not before ${earliest}`);
  }

  /** The instant at which one who is absent must have left, given a return in flight. */
  #latestExpiry(phone: Phone): number {
    const deadline = (phone.absentSince as number) + this.#graceMs;
    const startedAt = phone.newest?.diedAt === undefined ? phone.newest?.bornAt : phone.admittedAt;
    return startedAt === undefined ? deadline : Math.max(deadline, Math.min(startedAt, deadline) + windowMs);
  }

  /** Called when time has been decided up to `now`: does what was seen fit what is? */
  checkAt(now: number): void {
    for (const [device, phone] of this.#phones) {
      const story = this.#stories.get(device) ?? "";
      const view = story.endsWith("D") ? "away" : story === "" || story.endsWith("L") ? "gone" : "here";
      const fail = (why: string) => {
        throw new Error(`${device} at ${now}: seen as ${view}, but ${why}`);
      };
      if (phone.ordered !== undefined) fail(`it was to leave as ${phone.ordered}`);
      if (isPresent(phone)) {
        if (view !== "here") fail("it is here");
        if (phone.beats && now - phone.lastFrameAt >= this.#heartbeatTimeoutMs) fail("it has gone silent");
      } else if (phone.absentSince === undefined) {
        if (view !== "here") fail("it is being taken over");
        if (phone.takenOverAt === undefined || now >= phone.takenOverAt + windowMs)
          fail("the takeover failed");
      } else {
        if (view !== "away" && now >= phone.absentSince + this.#quietMs.atMost) fail("it is away");
        if (view === "gone") fail("it is away");
        if (now >= this.#latestExpiry(phone)) fail("its grace is over");
      }
    }
  }
}

function isPresent(phone: Phone): boolean {
  const socket = phone.newest;
  if (socket === undefined || socket.diedAt !== undefined) return false;
  return socket.first || socket.acked;
}
