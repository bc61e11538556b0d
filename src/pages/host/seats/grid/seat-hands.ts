// What can be done to a row with a hand: rows and tiles call it, the list's part of the page implements it (seats.tsx).
import type { SeatRow } from "../../../core/seats/rows.ts";

export interface SeatHands {
  /** One more or one less; with `isRange` everyone from the one before to this one. */
  choose(row: SeatRow, isRange: boolean): void;
  /** Everything about one person. */
  open(row: SeatRow): void;
  /** The rare actions, beside the button that was pressed. */
  more(row: SeatRow, button: HTMLElement): void;
  extend(row: SeatRow, byMs: number): void;
  readmit(row: SeatRow): void;
}

/** The two steps by which a host lengthens a wait. */
export const [shortExtensionMs, longExtensionMs] = [30_000, 120_000];
