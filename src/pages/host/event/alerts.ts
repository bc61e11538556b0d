// Tells a host who looks elsewhere that many are away: by the tab's title, a sound, a notification. Each is a switch.
import { useEffect, useRef, useState } from "preact/hooks";
import { type AlertSettings, areManyAway, readAlerts } from "../../core/host/alerts.ts";
import type { EventCounts } from "../../core/host/event-counts.ts";
import { t } from "../../languages/words.ts";
import { storedText, storeText } from "../stored-text.ts";
import { beep } from "./beep.ts";

const key = "holdfast.alerts";

export interface Alerts {
  /** Many are away now. */
  readonly isOn: boolean;
  readonly settings: AlertSettings;
  readonly change: (settings: AlertSettings) => void;
}

/** @param name what the event is called @param isLive false: the numbers are old, and no alarm begins or ends by them */
export function useAlerts(counts: EventCounts, name: string, isLive: boolean): Alerts {
  const [settings, setSettings] = useState(() => readAlerts(storedText(key)));
  const isOn = useRef(false);
  const { away } = counts;
  const present = counts.connected + away;
  if (isLive) isOn.current = areManyAway(away, present, settings.share, isOn.current);
  const rings = isOn.current;

  useEffect(() => {
    const usual = t("host.tab", { name });
    document.title = rings && settings.title ? t("host.tab-away", { n: away, name }) : usual;
    return () => void (document.title = t("host.title"));
  }, [rings, settings.title, away, name]);
  useEffect(() => {
    if (!rings) return;
    if (settings.sound) beep();
    if (settings.notification) notify(name, away);
  }, [rings]); // once for each time that it begins
  return {
    isOn: rings,
    settings,
    change: (next) => {
      storeText(key, JSON.stringify(next));
      setSettings(next);
    },
  };
}

/** Can this browser show one, here? Over plain http it cannot. */
export const canNotify = (): boolean => isSecureContext && typeof Notification !== "undefined";

function notify(name: string, away: number): void {
  if (!canNotify() || Notification.permission !== "granted") return;
  try {
    const shown = new Notification(name, { body: t("host.alerts.many", { n: away }), tag: "holdfast-away" });
    shown.addEventListener("click", () => window.focus());
  } catch {
    // a phone shows none without a service worker: title and sound remain
  }
}
