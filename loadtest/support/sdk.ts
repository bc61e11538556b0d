// The stock SDK as the load tests use it: unmodified, its chatter kept off the terminal, its rooms typed.
// Also the one clock that every journal and log here is written with (the server's own kind: epoch, monotonic).
import { Client, type Room } from "@colyseus/sdk";
import { silenceSdk } from "../../harness/clients/sdk-chatter.ts";
import { roomName } from "../../src/protocol/index.ts";

/** What the load tests read of an event's state. */
export interface EventView {
  readonly event_id: string;
  readonly heartbeat_interval_ms: number;
  readonly participants: ReadonlyMap<string, { readonly status: string }>;
}
export type EventRoomHandle = Room<unknown, EventView>;

export interface JoinOptions {
  readonly event_id: string;
  readonly device_id?: string;
  readonly session_token?: string;
  readonly role?: "observer";
}

silenceSdk();

/** A new page, or a new start of the app: nothing is kept but what is passed. */
export async function join(url: string, options: JoinOptions): Promise<EventRoomHandle> {
  return (await new Client(url).joinOrCreate(roomName, options)) as EventRoomHandle;
}

/** A new start of the app that kept its reconnection token. */
export async function reconnect(url: string, token: string): Promise<EventRoomHandle> {
  return (await new Client(url).reconnect(token)) as unknown as EventRoomHandle;
}

export const now = (): number => performance.timeOrigin + performance.now();

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Resolves as soon as `isTrue`, or with false after `withinMs`. */
export async function waitFor(isTrue: () => boolean, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (!isTrue()) {
    if (performance.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}

/** A refusal has a code of HTTP's or of the server's own; a broken network has none, or 1006. */
export function isRefusal(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === "number" && ((code >= 400 && code < 600 && code !== 503) || code >= 4000);
}
