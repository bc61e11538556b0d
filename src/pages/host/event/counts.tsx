// The event's four numbers, large; each is a switch that shows only those seats.
import { type EventCounts, type SeatGroup, seatGroups } from "../../core/host/event-counts.ts";
import { formatNumber, formatTime } from "../../languages/format.ts";
import { t } from "../../languages/words.ts";

interface CountsProps {
  readonly counts: EventCounts;
  /** Without a list of expected names nobody can be missing from it. */
  readonly hasExpected: boolean;
  /** Since when it is known who has left; undefined before the first roster. */
  readonly since: number | undefined;
  readonly group: SeatGroup | undefined;
  readonly onGroup: (group: SeatGroup | undefined) => void;
}

export function Counts({ counts, hasExpected, since, group, onGroup }: CountsProps) {
  const shown = seatGroups.filter((each) => each !== "never-came" || hasExpected);
  return (
    <div
      class="counts"
      data-numbers={shown.length}
      role="group"
      aria-label={t("host.counts.label")}
      data-test="counts"
    >
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
          {each === "left" && since !== undefined && (
            <span class="count-since">{t("host.counts.since", { time: formatTime(since) })}</span>
          )}
        </button>
      ))}
    </div>
  );
}
