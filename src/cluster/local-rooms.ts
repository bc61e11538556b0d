// The rooms of this process, as the cluster sees them. Implemented by EventRoom and, for all of them, by rooms/directory/room-directory.
import type { Opening } from "../protocol/incoming/opening.ts";

/** A room of this process, as the cluster sees it. */
export interface LocalRoom {
  readonly isDisposing: boolean;
  /** The event has been claimed by another process: never write or announce again, and send everyone on (4010). */
  lose(): void;
  /** Has all of the event stored again. */
  rewrite(): void;
  /**
   * Decides nothing more but consented leaves. Resolves with whether everything decided was stored within `limitMs`; no leave
   * is taken after that.
   */
  lastWord(limitMs: number): Promise<boolean>;
  /** Sends everyone on (4010). */
  sendOn(): Promise<void>;
}

export interface LocalRooms {
  get(roomId: string): LocalRoom | undefined;
  /** @param asked what it is opened as when nothing is stored of it */
  create(eventId: string, asked: Opening): Promise<void>;
}
