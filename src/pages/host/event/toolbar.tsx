// What a host may do with the event as a whole.
import { useState } from "preact/hooks";
import { t } from "../../languages/words.ts";
import { Confirm } from "../../ui/dialog.tsx";
import { AlertsDialog } from "../forms/alerts-dialog.tsx";
import { InviteDialog } from "../forms/invite-dialog.tsx";
import { MessageDialog } from "../forms/message-dialog.tsx";
import { SettingsDialog } from "../forms/settings-dialog.tsx";
import { useHostCodes } from "../host-codes.ts";
import type { Alerts } from "./alerts.ts";
import { type EventViewProps, isMissing } from "./view.ts";
import { LockButton } from "./lock-button.tsx";
import { offWhen } from "../../ui/off.ts";

type Open = "message" | "invite" | "alerts" | "settings" | "close";

export function Toolbar({ alerts, ...view }: EventViewProps & { readonly alerts: Alerts }) {
  const { client, eventId, isForAll, details, counts, act, report, isLive, onLobby, seen } = view;
  const [open, setOpen] = useState<Open | undefined>(undefined);
  const hasCodes = useHostCodes(client);
  const close = () => setOpen(undefined);
  const button = (what: Open, words: Parameters<typeof t>[0], isPossible: boolean, test: string) => (
    <button
      type="button"
      class={`button ${what === "close" ? "is-danger" : ""}`}
      data-test={test}
      {...offWhen(!isPossible, () => setOpen(what))}
    >
      {t(words)}
    </button>
  );
  return (
    <div class="toolbar" role="group" aria-label={t("host.toolbar.label")}>
      <button
        type="button"
        class="button"
        data-test="lobby"
        {...offWhen(isMissing(seen.state), () => onLobby(true))}
      >
        {t("host.toolbar.lobby")}
      </button>
      <LockButton {...view} />
      {button("message", "host.toolbar.message", isLive, "message-open")}
      {hasCodes && button("invite", "host.toolbar.invite", isLive, "invite-open")}
      {button("alerts", "host.toolbar.alerts", true, "alerts-open")}
      {button("settings", "host.toolbar.settings", isLive && details !== undefined, "settings-open")}
      {button("close", "host.toolbar.close", isLive, "close-event")}
      {open === "message" && <MessageDialog act={act} onClose={close} />}
      {open === "invite" && (
        <InviteDialog client={client} eventId={eventId} isForAll={isForAll} onClose={close} />
      )}
      {open === "alerts" && <AlertsDialog alerts={alerts} onClose={close} />}
      {open === "settings" && details !== undefined && (
        <SettingsDialog client={client} details={details} onClose={close} />
      )}
      {open === "close" && (
        <Confirm
          title={t("host.close.title")}
          verb={t("host.close.do")}
          onConfirm={() => report(client.close(eventId), t("host.close.done"))}
          onClose={close}
        >
          <p>{t("host.close.words", { here: counts.connected, away: counts.away })}</p>
        </Confirm>
      )}
    </div>
  );
}
