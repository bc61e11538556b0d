// The disc of a row, a tile or the picture of one person: a ring that is whole, runs out, or is dotted.
import type { BarKind } from "../../../core/time-lines.ts";
import type { SeatRow } from "../../../core/seats/rows.ts";
import { Seat } from "../../../ui/seat.tsx";

const barKinds: Readonly<Record<SeatRow["kind"], BarKind>> = {
  connected: "connected",
  away: "away",
  left: "left",
  "never-came": "left",
};

export function PersonSeat({ row, isLarge = false }: { readonly row: SeatRow; readonly isLarge?: boolean }) {
  const person = { deviceId: row.key, userId: row.userId, displayName: row.name };
  const countdown = row.kind === "away" && row.until > 0 ? { since: row.since, until: row.until } : undefined;
  return <Seat person={person} kind={barKinds[row.kind]} countdown={countdown} isLarge={isLarge} />;
}
