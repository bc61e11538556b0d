// In which events this device is and under what name, kept over a reload; identity itself is the client's business. Each tab may
// be in another event. A storage that is full or forbidden (private windows) only forgets.

export interface Seated {
  readonly eventId: string;
  readonly displayName: string;
}

const seatKey = "holdfast.page.seated";
const nameKey = "holdfast.page.name";
/** More than anybody has open at once; of more the oldest is asked for its code again. */
const mostEvents = 8;

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // nothing is lost but convenience
  }
}

/** It is in this event, the newest of all. */
export function remember({ eventId, displayName }: Seated): void {
  const others = all().filter((seated) => seated.eventId !== eventId);
  keep([{ eventId, displayName }, ...others]);
  write(nameKey, displayName);
}

/** No longer in this event; the name stays for the next one. */
export function forget(eventId: string): void {
  keep(all().filter((seated) => seated.eventId !== eventId));
}

/** Its place in this event, if it has not left; without one in the event that it went into last. */
export function recall(eventId: string | undefined): Seated | undefined {
  return all().find((seated) => eventId === undefined || seated.eventId === eventId);
}

function keep(seats: readonly Seated[]): void {
  const kept = seats.slice(0, mostEvents).map(({ eventId, displayName }) => [eventId, displayName]);
  write(seatKey, kept.length === 0 ? undefined : JSON.stringify(kept));
}

function all(): readonly Seated[] {
  try {
    const kept = JSON.parse(read(seatKey) ?? "[]") as unknown[];
    // Version 0.1.0 kept one: [event, name].
    const seats = (typeof kept[0] === "string" ? [kept] : kept) as unknown[][];
    return seats.flatMap(([eventId, displayName]) =>
      typeof eventId === "string" && typeof displayName === "string" ? [{ eventId, displayName }] : [],
    );
  } catch {
    return [];
  }
}

/** The name that was last used. */
export function lastName(): string {
  return read(nameKey) ?? "";
}
