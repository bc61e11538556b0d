// One load-test client: the stock SDK over the `ws` package, whose sockets can be cut without a goodbye.
// Measures; decides nothing about when.
import "../../harness/clients/use-ws.ts";
import { heartbeatType } from "../../src/protocol/index.ts";
import { within } from "../../harness/wait.ts";
import { type EventRoomHandle, join, reconnect } from "./sdk.ts";

export interface GuestIdentity {
  readonly event_id: string;
  readonly device_id: string;
  readonly session_token: string;
}

const answerLimitMs = 15_000;

export class Guest {
  readonly identity: GuestIdentity;
  readonly #url: string;
  #room: EventRoomHandle | undefined;
  readonly #lookouts = new Set<() => void>();
  #acks = 0;
  #isToldReturned = false;
  /** What it heard about others, by message type. */
  readonly heard: Record<string, number> = {};
  /** The code of a close that it did not ask for. */
  closedWith: number | undefined;

  constructor(url: string, identity: GuestIdentity) {
    this.#url = url;
    this.identity = identity;
  }

  get isIn(): boolean {
    return this.#room?.connection.isOpen ?? false;
  }

  /** A fresh join, until the first state. */
  async join(): Promise<void> {
    const room = await within(answerLimitMs, join(this.#url, this.identity));
    this.#adopt(room);
    await this.#until("the first state", () => (room.state?.event_id ?? "") !== "");
  }

  /** One beat, until its ack. */
  async beat(): Promise<void> {
    const before = this.#acks;
    this.#room?.send(heartbeatType);
    await this.#until("heartbeat_ack", () => this.#acks > before);
  }

  /** The socket dies without a goodbye. */
  drop(): void {
    const room = this.#room;
    if (room === undefined) return;
    room.reconnection.enabled = false;
    room.removeAllListeners();
    (room.connection.transport as unknown as { ws: { terminate(): void } }).ws.terminate();
  }

  /** Comes back, until it is told its own participant_reconnected. */
  async comeBack(how: "reconnect" | "join"): Promise<void> {
    this.#isToldReturned = false;
    const token = this.#room?.reconnectionToken ?? "";
    const returning = how === "reconnect" ? reconnect(this.#url, token) : join(this.#url, this.identity);
    this.#adopt(await within(answerLimitMs, returning));
    await this.#until("participant_reconnected", () => this.#isToldReturned);
  }

  /** Says goodbye, until the socket is closed as consented. */
  async leave(): Promise<void> {
    if (this.#room === undefined) return;
    const code = await within(answerLimitMs, this.#room.leave());
    if (code !== 4000) throw new Error(`closed with ${code}`);
  }

  #adopt(room: EventRoomHandle): void {
    this.#room = room;
    room.onMessage("*", (type: unknown, payload: unknown) => this.#hears(String(type), payload));
    room.onStateChange(() => this.#look());
    room.onLeave((code) => {
      if (code !== 4000) this.closedWith = code;
    });
    room.onError(() => {});
  }

  #hears(type: string, payload: unknown): void {
    if (type === "heartbeat_ack") this.#acks += 1;
    const isMine = (payload as { device_id?: string })?.device_id === this.identity.device_id;
    if (isMine && type === "participant_reconnected") this.#isToldReturned = true;
    if (!isMine) this.heard[type] = (this.heard[type] ?? 0) + 1;
    this.#look();
  }

  /** Waits for what a message or a patch brings; polling would measure itself. */
  async #until(what: string, isTrue: () => boolean): Promise<void> {
    if (isTrue()) return;
    let look = () => {};
    const seen = new Promise<void>((resolve) => {
      look = () => {
        if (isTrue()) resolve();
      };
      this.#lookouts.add(look);
    });
    try {
      await within(answerLimitMs, seen);
    } catch {
      throw new Error(`no ${what} within ${answerLimitMs} ms`);
    } finally {
      this.#lookouts.delete(look);
    }
  }

  #look(): void {
    for (const look of this.#lookouts) look();
  }
}
