// What the seats of an event are filtered by, and how many there are of each: one number for one thing, wherever a page shows it.
// They are counted from the rows of the list (core/seats/rows.ts), so that a number and what it filters are always the same people.

/** The four numbers of a host's page are the sizes of these. */
export const seatGroups = ["connected", "away", "left", "never-came"] as const;
export type SeatGroup = (typeof seatGroups)[number];

export type EventCounts = Readonly<Record<SeatGroup, number>>;
