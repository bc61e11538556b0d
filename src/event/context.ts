// What a room needs from the process it runs in: settings, time, the store, identity, and who watches.
import type { Clock } from "../clock.ts";
import type { Config } from "../config.ts";
import type { AddressLimits } from "../identity/address-limits.ts";
import type { SeatProofs } from "../identity/seat-proofs.ts";
import type { Telemetry } from "../ops/telemetry.ts";
import type { CommitQueue } from "../store/commit-queue.ts";
import type { SeatStore } from "../store/seat-store.ts";
import type { Backlog } from "../connections/backlog.ts";
import type { FramesRead } from "../rooms/framework/frames-read.ts";
import type { PingLoop } from "../connections/ping-loop.ts";
import type { Recovery } from "./recovery.ts";

/** A live room, as the process sees it. */
export interface LocalEvent {
  readonly eventId: string;
  /** Hands the store what it does not have yet. */
  flush(): void;
  readonly census: { readonly connected: number; readonly held: number; readonly left: number };
}

/** In a cluster: which events are this process's. */
export interface Ownership {
  /** At which epoch this process owns the event; undefined when it does not. */
  epochOf(eventId: string): number | undefined;
  /**
   * False while another process may have claimed what is this one's without its knowing: it has stood still, and Redis
   * has not answered since. While Redis is known to be out of reach application messages flow.
   */
  maySpeak(): boolean;
  /** The event has been stored and its room is going: opens another for it when that is `gone`. */
  again(eventId: string, gone: Promise<unknown>): void;
}

export interface RoomContext {
  readonly config: Config;
  readonly clock: Clock;
  readonly store: SeatStore;
  readonly commits: CommitQueue;
  readonly proofs: SeatProofs;
  readonly limits: AddressLimits;
  readonly pings: PingLoop;
  readonly backlog: Backlog;
  readonly telemetry: Telemetry;
  readonly frames: FramesRead;
  /** The rooms of this process. rooms/room-directory implements it. */
  readonly rooms: { get(roomId: string): { readonly isDisposing: boolean } | undefined };
  /** Every event that lives in this process. */
  readonly events: Set<LocalEvent>;
  readonly recovery: Recovery;
  /** Undefined for a process that is alone: all events are its own. */
  readonly ownership: Ownership | undefined;
  /** Draining: from the beginning of a shutdown on, nobody new is let in. admission/readiness implements it. */
  readonly readiness: { readonly isDraining: boolean };
}
