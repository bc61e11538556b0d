// The names of those who came last, the latest first.
import { useMemo } from "preact/hooks";
import type { RosterEntry } from "../../../client/index.ts";
import { namesOf, wholeName } from "../../core/person.ts";

/** As many as two or three lines of a wall take. */
const shown = 14;

export function Newest({ roster }: { readonly roster: ReadonlyMap<string, RosterEntry> }) {
  const people = useMemo(() => {
    const names = namesOf(roster.values());
    return [...roster.values()]
      .toSorted((a, b) => b.joinedAt - a.joinedAt || (a.deviceId < b.deviceId ? -1 : 1))
      .slice(0, shown)
      .map(({ deviceId }) => ({ deviceId, name: names.get(deviceId) }));
  }, [roster]);
  return (
    <ul class="lobby-names">
      {people.map(({ deviceId, name }) => (
        <li key={`d ${deviceId}`}>
          <bdi>{name === undefined ? "" : wholeName(name)}</bdi>
        </li>
      ))}
    </ul>
  );
}
