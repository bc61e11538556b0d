// The Colyseus room, as the host of its event sees it. A type only: EventRoom is what it describes.
import type { Client } from "@colyseus/core";
import type { OutboxMessage } from "../protocol/session.ts";
import type { DeferredEffects } from "../rooms/author/deferred-effects.ts";
import type { OwnParts } from "./event-record.ts";
import type { ChangeListener, Patches, SeatState } from "./announcer.ts";
import type { AuthorsChanges } from "./commit-batch.ts";
import type { SpeakingRight } from "./speaking-right.ts";
import type { NewSeatPolicy } from "./seat-rules.ts";
import type { SeatConnections } from "../connections/seat-connections.ts";

/** What the host needs of the Colyseus room around it. */
export interface HostedRoom extends SeatState, ChangeListener, AuthorsChanges {
  readonly patches: Patches;
  /** The last patch of the state that a client has been sent; undefined where the state cannot be resumed. */
  patchOf(client: Client): number | undefined;
  readonly speakingRight: SpeakingRight;
  /** What an author's handler asks for waits here until it has returned. */
  readonly effects: DeferredEffects;
  readonly framesPerSecond: number;
  /** How long a reserved seat waits for its socket. */
  readonly reservationMs: number;
  readonly newSeats: NewSeatPolicy;
  /** Nobody has a socket, and no reserved seat waits for one. */
  isVacant(): boolean;
  /** Makes the framework let go of a client at once; its hooks run before this returns. */
  detach(client: Client, code: number, reason: string): void;
  /** Hears of each connection of a seat. */
  readonly connections: Pick<SeatConnections<unknown>, "began" | "ended" | "left">;
  readonly own: OwnParts;
  /** Hands a published message to the author; returns why it was refused. */
  take(deviceId: string, message: OutboxMessage, id: string): string | undefined;
  /** The event is being closed: its author's time is over. */
  closing(): void;
  /** Everyone has been told that it is closed, and every socket is. */
  closed(): void;
  /** The event is over and nobody is left: give the room back. */
  end(): void;
}
