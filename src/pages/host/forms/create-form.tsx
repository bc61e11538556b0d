// A new event. Every field has a good default: Enter makes one.
import { useEffect, useRef, useState } from "preact/hooks";
import { allEvents } from "../../core/host/host-rights.ts";
import { changeOf, type DraftProblem, freshDraft } from "../../core/host/event-draft.ts";
import { t } from "../../languages/words.ts";
import type { HostServer } from "../host-server.ts";
import { problemOf } from "../problems.ts";
import { EventFields, FormProblem } from "./event-fields.tsx";

interface CreateFormProps {
  readonly server: HostServer;
  readonly onCreated: (eventId: string) => void;
  readonly onCancel: () => void;
}

export function CreateForm({ server, onCreated, onCancel }: CreateFormProps) {
  const [draft, setDraft] = useState(freshDraft);
  const [field, setField] = useState<DraftProblem | undefined>(undefined);
  const [problem, setProblem] = useState("");
  const [isBusy, setIsBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector("input")?.focus(), []);
  const submit = (event: Event) => {
    event.preventDefault();
    if (isBusy) return undefined;
    const asked = changeOf(draft);
    setField("problem" in asked ? asked.problem : undefined);
    if ("problem" in asked) return setProblem(t(`host.fields.problem.${asked.problem}`));
    setProblem("");
    setIsBusy(true);
    return void (server.clientFor(allEvents) ?? server.stranger()).create(asked.change).then(
      ({ event_id }) => onCreated(event_id),
      (error: unknown) => {
        setProblem(problemOf(error));
        setIsBusy(false);
      },
    );
  };
  return (
    <form ref={form} class="card form create" onSubmit={submit} noValidate>
      <h1>{t("host.create.title")}</h1>
      <EventFields draft={draft} problem={field} onDraft={setDraft} />
      <FormProblem text={problem} />
      <div class="buttons">
        <button type="submit" class="button is-primary" data-test="create-submit" aria-disabled={isBusy}>
          {t(isBusy ? "host.create.busy" : "host.create.do")}
        </button>
        <button type="button" class="button is-quiet" data-test="cancel" onClick={onCancel}>
          {t("cancel")}
        </button>
      </div>
    </form>
  );
}
