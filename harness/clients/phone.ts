// A participant's phone: the stock SDK, unmodified, and everything it was told, in order, with the instant.
import "./use-ws.ts";
import { Client, type Room } from "@colyseus/sdk";
import type { AnnouncementType } from "../../src/protocol/messages.ts";
import { now, until } from "../wait.ts";

export interface Heard {
  readonly type: string;
  readonly payload: Record<string, unknown>;
  readonly at: number;
}
// biome-ignore lint: the SDK's state is reflected at run time
type AnyState = any; // oxlint-disable-line no-explicit-any

export interface JoinOptions {
  event_id?: string;
  device_id?: string;
  session_token?: string;
  user_id?: string;
  display_name?: string;
  role?: string;
}

export class Phone {
  readonly room: Room<unknown, AnyState>;
  readonly client: Client;
  readonly heard: Heard[] = [];
  readonly drops: number[] = [];
  reconnections = 0;
  /** The close code of the final `onLeave`. */
  closedWith: number | undefined;

  private constructor(client: Client, room: Room<unknown, AnyState>) {
    this.client = client;
    this.room = room;
    room.onMessage("*", (type, payload) => {
      this.heard.push({ type: String(type), payload: payload as Record<string, unknown>, at: now() });
    });
    room.onDrop((code) => this.drops.push(code));
    room.onReconnect(() => (this.reconnections += 1));
    room.onLeave((code) => {
      this.closedWith = code;
    });
    room.onError(() => {});
  }

  /** Joins as a stock client does, and waits for its first state. */
  static async join(url: string, options: JoinOptions, bearer?: string): Promise<Phone> {
    const client = new Client(url);
    if (bearer !== undefined) client.auth.token = bearer;
    return Phone.from(client, await client.joinOrCreate("event", options));
  }

  static async from(client: Client, room: Room<unknown, AnyState>): Promise<Phone> {
    const phone = new Phone(client, room);
    room.reconnection.minUptime = 0;
    await until(
      "the first state",
      () => phone.participants() !== undefined && phone.room.state.event_id !== "",
    );
    return phone;
  }

  /** Comes back as the documentation says: by `client.reconnect` with the stored token. */
  static async reconnect(url: string, token: string): Promise<Phone> {
    const client = new Client(url);
    return Phone.from(client, await client.reconnect(token));
  }

  participants(): Map<string, Record<string, unknown>> | undefined {
    return this.room.state?.participants;
  }

  sees(deviceId: string): Record<string, unknown> | undefined {
    return this.participants()?.get(deviceId);
  }

  /** What was said about a device so far, as words: `participant_left{kicked}`. */
  story(deviceId: string): string[] {
    return this.heard.filter(({ payload }) => payload?.device_id === deviceId).map(wordOf);
  }

  /** Waits for an announcement about a device. */
  async hears(type: AnnouncementType, deviceId: string, withinMs?: number): Promise<Heard> {
    return until(
      () => `${type} about ${deviceId}; heard ${JSON.stringify(this.heard.map(wordOf))}`,
      () => this.heard.find((heard) => heard.type === type && heard.payload.device_id === deviceId),
      withinMs,
    );
  }

  /** Forgets what it heard. */
  forget(): void {
    this.heard.length = 0;
  }

  /** The socket dies without a goodbye; the SDK reconnects by itself unless told not to. */
  drop({ reconnect = false } = {}): void {
    this.room.reconnection.enabled = reconnect;
    this.#transport().ws.terminate();
  }

  /** The raw socket, for what the SDK has no word for. */
  get socket(): {
    terminate(): void;
    close(code?: number): void;
    send(bytes: Uint8Array): void;
    pause(): void;
    _socket: { pause(): void; resume(): void };
  } {
    return this.#transport().ws as never;
  }

  #transport(): { ws: { terminate(): void } } {
    return this.room.connection.transport as unknown as { ws: { terminate(): void } };
  }
}

export function wordOf({ type, payload }: Heard): string {
  return typeof payload?.reason === "string" ? `${type}{${payload.reason}}` : type;
}

let count = 0;
/** Ids and a token that nobody else in this run has. */
export function identity(event = newEvent()): { event_id: string; device_id: string; session_token: string } {
  count += 1;
  return { event_id: event, device_id: `d${count}`, session_token: `token-of-${count}-${Math.random()}` };
}

export function newEvent(): string {
  count += 1;
  return `event ${count}`;
}
