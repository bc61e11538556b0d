// Which event this device is in and under what name, kept over a reload; identity itself is the client's business.
// A storage that is full or forbidden (private windows) only forgets.

export interface Seated {
  readonly eventId: string;
  readonly displayName: string;
}

const seatKey = "holdfast.page.seated";
const nameKey = "holdfast.page.name";

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

export function remember({ eventId, displayName }: Seated): void {
  write(seatKey, JSON.stringify([eventId, displayName]));
  write(nameKey, displayName);
}

/** No longer in an event; the name stays for the next one. */
export function forget(): void {
  write(seatKey, undefined);
}

/** Where this device last was, if it has not left. */
export function recall(): Seated | undefined {
  try {
    const [eventId, displayName] = JSON.parse(read(seatKey) ?? "[]") as unknown[];
    return typeof eventId === "string" && typeof displayName === "string"
      ? { eventId, displayName }
      : undefined;
  } catch {
    return undefined;
  }
}

/** The name that was last used. */
export function lastName(): string {
  return read(nameKey) ?? "";
}
