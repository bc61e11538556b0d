// An event that this process owns by its lease, and what is going on with it.

export interface Held {
  readonly roomId: string;
  readonly eventId: string;
  /** Its type as it is stored; of an event that is not stored yet, the one for which it was claimed. */
  type: string;
  /** Rises when this process opens another room for it. */
  epoch: number;
  /** There is something stored of it, or was when it was claimed: its room must come back, whether anyone asks or not. */
  existed: boolean;
  /** A room has been opened under this epoch. */
  hasOpened: boolean;
  opening: Promise<void> | undefined;
  /** Requests that may still make its room come to be. */
  visitors: number;
  isLeaving: boolean;
  /** Until then, those who had a seat come before new ones. */
  joinsAllowedAt: number;
}

/** An event that has just been claimed. */
export function newlyHeld(
  roomId: string,
  eventId: string,
  type: string,
  epoch: number,
  existed: boolean,
): Held {
  const idle = { opening: undefined, visitors: 0, isLeaving: false, joinsAllowedAt: 0 };
  return { roomId, eventId, type, epoch, existed, hasOpened: false, ...idle };
}
