// The port by which admission asks for events that have no room yet. Implemented by cluster/member, and by
// rooms/directory/sole-process for a process that is alone.
import type { Opening } from "../protocol/incoming/opening.ts";

export interface EventOwner {
  /** Makes sure that an event of this process's that was there before has its room. @throws Refusal 503 */
  restore(roomId: string): Promise<void>;
  /** True when it is sure that there is no such event: it has no room here, and nothing of it is stored. */
  isNew(roomId: string): boolean;
  /** Resolves when a new seat may be taken, after those who are on their way back; undefined: now. */
  waitForReturners(roomId: string): Promise<void> | undefined;
  /**
   * Makes sure that an event has its room here.
   * @param asked what it is opened as when there is no such event yet
   * @throws Refusal 503 when it is another process's, or cannot be opened
   */
  openFor(eventId: string, asked: Opening): Promise<void>;
}
