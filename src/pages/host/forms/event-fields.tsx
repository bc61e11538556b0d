// What a host says of an event: the fields of a new one, and of one that is on.
import { useId } from "preact/hooks";
import { type DraftProblem, type EventDraft, graceChoices } from "../../core/host/event-draft.ts";
import { namesIn } from "../../core/seats/expected.ts";
import { formatDuration } from "../../languages/format.ts";
import { t } from "../../languages/words.ts";

interface EventFieldsProps {
  readonly draft: EventDraft;
  readonly problem: DraftProblem | undefined;
  readonly onDraft: (draft: EventDraft) => void;
}

export function EventFields({ draft, problem, onDraft }: EventFieldsProps) {
  const id = useId();
  const set = (change: Partial<EventDraft>) => onDraft({ ...draft, ...change });
  const graces = [...new Set([...graceChoices, draft.graceMs])].toSorted((a, b) => a - b);
  const names = namesIn(draft.names).length;
  const isAbout = (field: string) => problem !== undefined && problemFields[problem] === field;
  return (
    <>
      <div class="field">
        <label for={`${id}-title`}>{t("host.fields.title")}</label>
        <input
          id={`${id}-title`}
          type="text"
          data-test="create-title"
          value={draft.title}
          placeholder={t("host.fields.title-example")}
          aria-invalid={isAbout("title")}
          onInput={({ currentTarget }) => set({ title: currentTarget.value })}
          autoComplete="off"
        />
      </div>
      <div class="field-pair">
        <div class="field">
          <label for={`${id}-capacity`}>{t("host.fields.capacity")}</label>
          <input
            id={`${id}-capacity`}
            type="text"
            inputMode="numeric"
            data-test="create-capacity"
            value={draft.capacity}
            aria-invalid={isAbout("capacity")}
            aria-describedby={`${id}-capacity-hint`}
            onInput={({ currentTarget }) => set({ capacity: currentTarget.value })}
            autoComplete="off"
          />
          <p id={`${id}-capacity-hint`} class="hint">
            {t("host.fields.capacity-hint")}
          </p>
        </div>
        <div class="field">
          <label for={`${id}-grace`}>{t("host.fields.grace")}</label>
          <select
            id={`${id}-grace`}
            data-test="create-grace"
            aria-describedby={`${id}-grace-hint`}
            onChange={({ currentTarget }) => set({ graceMs: Number(currentTarget.value) })}
          >
            {graces.map((each) => (
              <option key={each} value={each} selected={each === draft.graceMs}>
                {formatDuration(each)}
              </option>
            ))}
          </select>
          <p id={`${id}-grace-hint`} class="hint">
            {t("host.fields.grace-hint")}
          </p>
        </div>
      </div>
      <fieldset class="choices">
        <legend>{t("host.fields.who")}</legend>
        {(["anyone", "listed"] as const).map((each) => (
          <label key={each} class="choice">
            <input
              type="radio"
              name={`${id}-who`}
              data-test={`who-${each}`}
              checked={draft.whoMayJoin === each}
              onChange={() => set({ whoMayJoin: each })}
            />
            <span>{t(`host.fields.who-${each}`)}</span>
          </label>
        ))}
      </fieldset>
      <div class="field">
        <label for={`${id}-names`}>{t("host.fields.names")}</label>
        <textarea
          id={`${id}-names`}
          rows={4}
          data-test="create-names"
          value={draft.names}
          aria-invalid={isAbout("names")}
          aria-describedby={`${id}-names-hint`}
          onInput={({ currentTarget }) => set({ names: currentTarget.value })}
        />
        <p id={`${id}-names-hint`} class="hint">
          {names === 0 ? t("host.fields.names-hint") : t("host.fields.names-count", { n: names })}
        </p>
      </div>
    </>
  );
}

const problemFields: Readonly<Record<DraftProblem, string>> = {
  title: "title",
  capacity: "capacity",
  "names-missing": "names",
  "names-many": "names",
  "name-long": "names",
};

/** What is wrong, above the button; read out when it comes. */
export function FormProblem({ text }: { readonly text: string }) {
  return text === "" ? null : (
    <p class="hint is-error" role="alert" data-test="form-problem">
      {text}
    </p>
  );
}
