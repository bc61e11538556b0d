// When and how a host is told that many are away.
import { useState } from "preact/hooks";
import { type AlertSettings, alertShares } from "../../core/host/alerts.ts";
import { formatShare } from "../../languages/format.ts";
import { t } from "../../languages/words.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { type Alerts, canNotify } from "../event/alerts.ts";
import { beep } from "../event/beep.ts";

const switches = ["title", "sound", "notification"] as const;

export function AlertsDialog({ alerts, onClose }: { readonly alerts: Alerts; readonly onClose: () => void }) {
  const { settings, change } = alerts;
  const [isDenied, setIsDenied] = useState(false);
  const turn = async (which: (typeof switches)[number], isOn: boolean) => {
    if (which === "sound" && isOn) beep(); // this is how it sounds; and from now on the page may
    if (which === "notification" && isOn && (await Notification.requestPermission()) !== "granted")
      return setIsDenied(true);
    return change({ ...settings, [which]: isOn } satisfies AlertSettings);
  };
  return (
    <Dialog title={t("host.alerts.title")} onClose={onClose}>
      {(close) => (
        <div class="form">
          <div class="field">
            <label for="alert-share">{t("host.alerts.share")}</label>
            <select
              id="alert-share"
              data-test="alert-share"
              onChange={({ currentTarget }) => change({ ...settings, share: Number(currentTarget.value) })}
            >
              {alertShares.map((share) => (
                <option key={share} value={share} selected={share === settings.share}>
                  {formatShare(share)}
                </option>
              ))}
            </select>
          </div>
          <fieldset class="choices">
            <legend>{t("host.alerts.how")}</legend>
            {switches
              .filter((which) => which !== "notification" || canNotify())
              .map((which) => (
                <label key={which} class="choice">
                  <input
                    type="checkbox"
                    role="switch"
                    data-test={`alert-${which}`}
                    checked={settings[which]}
                    onChange={({ currentTarget }) => void turn(which, currentTarget.checked)}
                  />
                  <span>{t(which === "title" ? "host.alerts.title-switch" : `host.alerts.${which}`)}</span>
                </label>
              ))}
          </fieldset>
          {isDenied && (
            <p class="hint is-error" role="alert">
              {t("host.alerts.denied")}
            </p>
          )}
          <p class="hint">{t("host.alerts.kept")}</p>
          <div class="buttons is-end">
            <button type="button" class="button" onClick={close}>
              {t("done")}
            </button>
          </div>
        </div>
      )}
    </Dialog>
  );
}
