// Above the list: search, sorting, rows or tiles, and what concerns everyone.
import { useId } from "preact/hooks";
import { type Sorting, sortings } from "../../core/seats/order.ts";
import { t } from "../../languages/words.ts";
import type { View } from "./grid/seat-grid.tsx";

const views: readonly View[] = ["list", "tiles"];

interface ToolbarProps {
  readonly query: string;
  readonly onQuery: (query: string) => void;
  readonly sorting: Sorting;
  readonly onSorting: (sorting: Sorting) => void;
  readonly view: View;
  readonly onView: (view: View) => void;
  readonly isChoosing: boolean;
  readonly onStopChoosing: () => void;
  readonly onOptions: (button: HTMLElement) => void;
}

export function Toolbar(props: ToolbarProps) {
  const { query, sorting, view, isChoosing } = props;
  const name = useId();
  return (
    <div class="seat-tools" role="group" aria-label={t("seats.title")}>
      <input
        type="search"
        class="search"
        data-test="search"
        aria-label={t("seats.search")}
        placeholder={t("seats.search-short")}
        value={query}
        onInput={(event) => props.onQuery(event.currentTarget.value)}
      />
      <label class="seat-sort">
        <span class="visually-hidden">{t("seats.sort")}</span>
        <select
          data-test="sort"
          value={sorting}
          onChange={(event) => props.onSorting(event.currentTarget.value as Sorting)}
        >
          {sortings.map((each) => (
            <option key={each} value={each}>
              {t(`seats.sort.${each}`)}
            </option>
          ))}
        </select>
      </label>
      <fieldset class="segments">
        <legend class="visually-hidden">{t("seats.view")}</legend>
        {views.map((each) => (
          <label key={each}>
            <input
              type="radio"
              name={name}
              data-test={`view-${each}`}
              checked={each === view}
              onChange={() => props.onView(each)}
            />
            <span>{t(`seats.view.${each}`)}</span>
          </label>
        ))}
      </fieldset>
      {view === "tiles" && isChoosing && (
        <button
          type="button"
          class="button is-small"
          data-test="choose-several"
          aria-pressed="true"
          onClick={props.onStopChoosing}
        >
          {t("seats.choose")}
        </button>
      )}
      <button
        type="button"
        class="button is-small is-quiet is-icon"
        data-test="options"
        aria-haspopup="menu"
        aria-label={t("seats.options")}
        onClick={({ currentTarget }) => props.onOptions(currentTarget)}
      >
        <span aria-hidden="true">⋯</span>
      </button>
    </div>
  );
}
