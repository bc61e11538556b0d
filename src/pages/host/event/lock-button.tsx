// Nobody new can join a locked event; whoever has a seat can come back.
import { t } from "../../languages/words.ts";
import type { EventViewProps } from "./view.ts";
import { offWhen } from "../../ui/off.ts";

type LockProps = Pick<EventViewProps, "client" | "eventId" | "details" | "report" | "isLive">;

export function LockButton({ client, eventId, details, report, isLive }: LockProps) {
  const isLocked = details?.is_locked === true;
  return (
    <button
      type="button"
      class="button"
      data-test="lock"
      aria-pressed={isLocked}
      title={t("host.lock.words")}
      {...offWhen(!isLive || details === undefined, () =>
        report(
          client.change(eventId, { is_locked: !isLocked }),
          t(isLocked ? "host.lock.is-open" : "host.lock.is-locked"),
        ),
      )}
    >
      {t("host.lock.do")}
    </button>
  );
}
