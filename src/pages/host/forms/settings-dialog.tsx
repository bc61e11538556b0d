// The fields of an event that is on.
import { useState } from "preact/hooks";
import type { EventChange, HostClient, HostEventDetails } from "../../../host/index.ts";
import { changeOf, type DraftProblem, draftOf } from "../../core/event-draft.ts";
import { t } from "../../languages/words.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { problemOf } from "../problems.ts";
import { EventFields, FormProblem } from "./event-fields.tsx";

interface SettingsDialogProps {
  readonly client: HostClient;
  readonly details: HostEventDetails;
  readonly onClose: () => void;
}

export function SettingsDialog({ client, details, onClose }: SettingsDialogProps) {
  const [draft, setDraft] = useState(() => draftOf(details));
  const [field, setField] = useState<DraftProblem | undefined>(undefined);
  const [problem, setProblem] = useState("");
  const [isBusy, setIsBusy] = useState(false);
  const save = async (close: () => void) => {
    const asked = changeOf(draft);
    setField("problem" in asked ? asked.problem : undefined);
    if ("problem" in asked) return setProblem(t(`host.fields.problem.${asked.problem}`));
    setIsBusy(true);
    setProblem("");
    try {
      await client.change(details.event_id, onlyChanged(asked.change, details));
      close();
    } catch (error) {
      setProblem(problemOf(error));
      setIsBusy(false);
    }
    return undefined;
  };
  return (
    <Dialog title={t("host.settings.title")} onClose={onClose} isWide>
      {(close) => (
        <form
          class="form"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void save(close);
          }}
        >
          <EventFields draft={draft} problem={field} onDraft={setDraft} />
          <FormProblem text={problem} />
          <div class="buttons is-end">
            <button type="button" class="button" onClick={close}>
              {t("cancel")}
            </button>
            <button type="submit" class="button is-primary" data-test="settings-save" disabled={isBusy}>
              {t("host.settings.save")}
            </button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

/** What another host has changed meanwhile, and this one has not touched, stays as it is. */
function onlyChanged(change: EventChange, details: HostEventDetails): EventChange {
  const before: Partial<Record<string, unknown>> = { ...details };
  return Object.fromEntries(
    Object.entries(change).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key])),
  );
}
