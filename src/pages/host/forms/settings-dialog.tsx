// The fields of an event that is on.
import { useState } from "preact/hooks";
import type { HostClient, HostEventDetails } from "../../../host/index.ts";
import { changeOf, type DraftProblem, draftOf } from "../../core/host/event-draft.ts";
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
  const [before] = useState(() => draftOf(details));
  const [draft, setDraft] = useState(before);
  const [field, setField] = useState<DraftProblem | undefined>(undefined);
  const [problem, setProblem] = useState("");
  const [isBusy, setIsBusy] = useState(false);
  const save = async (close: () => void) => {
    const asked = changeOf(draft, before);
    setField("problem" in asked ? asked.problem : undefined);
    if ("problem" in asked) return setProblem(t(`host.fields.problem.${asked.problem}`));
    setIsBusy(true);
    setProblem("");
    try {
      await client.change(details.event_id, asked.change);
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
            if (!isBusy) void save(close);
          }}
        >
          <EventFields draft={draft} problem={field} onDraft={setDraft} />
          <FormProblem text={problem} />
          <div class="buttons is-end">
            <button type="button" class="button" onClick={close}>
              {t("cancel")}
            </button>
            <button type="submit" class="button is-primary" data-test="settings-save" aria-disabled={isBusy}>
              {t("host.settings.save")}
            </button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
