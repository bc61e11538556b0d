// Every seat of the event, those away on top: ring, name, status, time line, and what a host can do about it.
import { useCallback, useState } from "preact/hooks";
import type { SeatGroup } from "../../core/event-counts.ts";
import { hostOrder, matches } from "../../core/order.ts";
import { nameOf, type Person } from "../../core/person.ts";
import { kindNow, type Line } from "../../core/time-lines.ts";
import { Confirm } from "../../ui/dialog.tsx";
import type { Seen } from "../../ui/event-observer.ts";
import type { Act } from "../act.ts";
import { SeatRow } from "./seat-row.tsx";

interface SeatsProps {
  readonly seen: Seen;
  readonly windowMs: number;
  readonly act: Act;
  /** Only these are shown; undefined for all. The event's numbers are the switches for it (`../counts`). */
  readonly group: SeatGroup | undefined;
  readonly onGroup: (group: SeatGroup | undefined) => void;
  /** False while the host's own connection is lost: what is shown is old, and nothing can be done. */
  readonly isLive: boolean;
}

/** A few gone are of interest; hundreds are not. */
const maxLeft = 30;
/** From this many on a search is worth its place. */
const searchFrom = 8;
/** From this many on, rows out of sight are not laid out. */
const longFrom = 60;

export function Seats({ seen, windowMs, act, group }: SeatsProps) {
  const [wanted, setWanted] = useState("");
  const [removing, setRemoving] = useState<Person | undefined>(undefined);
  const askToRemove = useCallback((person: Person) => setRemoving(person), []);
  const { timeLines, roster } = seen;
  const all = [...(timeLines?.lines.values() ?? [])];
  const inGroup = group === undefined ? all : all.filter((line) => kindNow(line) === group);
  const found = wanted.trim() === "" ? inGroup : inGroup.filter((line) => matches(line, wanted));
  const lines = hostOrder(found, (deviceId) => roster.get(deviceId)?.graceExpiresAt ?? 0);
  const left = lines.filter((line) => kindNow(line) === "left");
  const hidden = new Set<Line>(left.slice(maxLeft));
  const origin = timeLines?.since ?? 0;
  return (
    <section class="card" aria-labelledby="seats">
      <div class="card-head">
        <h2 id="seats">Seats</h2>
        {all.length >= searchFrom && (
          <input
            type="search"
            class="search"
            aria-label="Find a seat by name or device"
            placeholder="Find…"
            value={wanted}
            onInput={(event) => setWanted(event.currentTarget.value)}
          />
        )}
      </div>
      <ul class="legend" aria-label="Colours of the time lines">
        <li data-kind="connected">connected</li>
        <li data-kind="away">away</li>
        <li data-kind="left">left</li>
      </ul>
      {all.length === 0 && <p class="empty">Nobody is in the event.</p>}
      {all.length > 0 && lines.length === 0 && <p class="empty">Nobody is called that.</p>}
      <ul class={`seats ${lines.length > longFrom ? "is-long" : ""}`}>
        {lines.map(
          (line) =>
            !hidden.has(line) && (
              <SeatRow
                key={`d ${line.deviceId}`}
                line={line}
                entry={roster.get(line.deviceId)}
                origin={origin}
                windowMs={windowMs}
                act={act}
                onRemove={askToRemove}
              />
            ),
        )}
      </ul>
      {hidden.size > 0 && <p class="hint">and {hidden.size} more who left</p>}
      {removing !== undefined && (
        <Confirm
          title={`Remove ${nameOf(removing)}?`}
          verb="Remove"
          onConfirm={() =>
            act({ action: "kick", device_id: removing.deviceId }, `${nameOf(removing)} is removed.`)
          }
          onClose={() => setRemoving(undefined)}
        >
          <p>The seat becomes free, and this device cannot come back to this event.</p>
        </Confirm>
      )}
    </section>
  );
}
