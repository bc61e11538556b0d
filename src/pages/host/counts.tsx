// The event's four numbers, large; each is a switch that shows only those seats.
import { type EventCounts, type SeatGroup, seatGroups } from "../core/event-counts.ts";
import { formatNumber } from "../languages/format.ts";
import { t } from "../languages/words.ts";

interface CountsProps {
  readonly counts: EventCounts;
  /** Without a list of expected names nobody can be missing from it. */
  readonly hasExpected: boolean;
  readonly group: SeatGroup | undefined;
  readonly onGroup: (group: SeatGroup | undefined) => void;
}

export function Counts({ counts, hasExpected, group, onGroup }: CountsProps) {
  const shown = seatGroups.filter((each) => each !== "never-came" || hasExpected);
  return (
    <div class="counts" role="group" aria-label={t("host.counts.label")} data-test="counts">
      {shown.map((each) => (
        <button
          key={each}
          type="button"
          class="count"
          data-kind={each}
          data-test={`filter-${each}`}
          aria-pressed={group === each}
          onClick={() => onGroup(group === each ? undefined : each)}
        >
          <span class="count-number">{formatNumber(counts[each])}</span>
          <span class="count-name">{t(`host.counts.${each}`)}</span>
        </button>
      ))}
    </div>
  );
}
