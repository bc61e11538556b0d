// The rights that a browser has as a host: a token for all events ("*"), or for one event each. Pure; what storage holds is
// anybody's text, and read as such.

/** A token by the event that it is for; "*" is all. */
export type HostRights = ReadonlyMap<string, string>;

export const allEvents = "*";
const longestToken = 8192;
/** A browser that was invited to more events than this forgets the first. */
const mostRights = 50;

const isText = (value: unknown, longest: number): value is string =>
  typeof value === "string" && value !== "" && value.length <= longest;

/** What was kept; nothing where it cannot be read. */
export function readRights(kept: string | undefined): HostRights {
  let parsed: unknown;
  try {
    parsed = JSON.parse(kept ?? "[]");
  } catch {
    return new Map();
  }
  const pairs = Array.isArray(parsed) ? parsed.filter(Array.isArray) : [];
  return new Map(
    pairs
      .map(([eventId, token]: unknown[]) => [eventId, token] as const)
      .filter(
        (pair): pair is readonly [string, string] => isText(pair[0], 128) && isText(pair[1], longestToken),
      )
      .slice(-mostRights),
  );
}

/** What to keep. */
export const writtenRights = (rights: HostRights): string => JSON.stringify([...rights]);

/** The token to use for an event: the one for all, or else its own. */
export function tokenFor(rights: HostRights, eventId: string): string | undefined {
  return rights.get(allEvents) ?? rights.get(eventId);
}

/** With one more; a newer token for the same takes the place of the older. */
export function withRight(rights: HostRights, eventId: string, token: string): HostRights {
  const others = [...rights].filter(([each]) => each !== eventId);
  return new Map([...others, [eventId, token] as const].slice(-mostRights));
}

/** Without a token that is good for nothing any more. */
export function withoutToken(rights: HostRights, token: string): HostRights {
  return new Map([...rights].filter(([, each]) => each !== token));
}
