// Something to publish: cheers, counted here and in the room. That both agree after any outage is exactly-once, seen.
// Shown only in a room that counts them: a number `cheers` with every participant of its state.
import { useEffect, useState } from "preact/hooks";
import type { EventSession } from "../../client/index.ts";
import { formatNumber } from "../languages/format.ts";
import { t } from "../languages/words.ts";

/** The message; its handler in the room adds one to the sender's `cheers`. */
export const cheerType = "cheer";

/** What the room has counted of ours; undefined in a room that does not. */
function cheersOf(session: EventSession): number | undefined {
  const { participants } = (session.roomState ?? {}) as {
    participants?: { get?(deviceId: string): { cheers?: unknown } | undefined };
  };
  const cheers = participants?.get?.(session.deviceId)?.cheers;
  return typeof cheers === "number" ? cheers : undefined;
}

export function CheerPanel({ session }: { readonly session: EventSession }) {
  const [counted, setCounted] = useState(cheersOf(session));
  const [pending, setPending] = useState(session.pendingPublishes);
  const [failure, setFailure] = useState("");
  useEffect(() => {
    // while the room's state is being fetched anew there is none: then the last number stands
    const stops = [
      session.on("state", () => setCounted((before) => cheersOf(session) ?? before)),
      session.on("outbox", () => setPending(session.pendingPublishes)),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [session]);
  if (counted === undefined) return null;
  const cheer = () => {
    setFailure("");
    session.publish(cheerType).catch((error: Error) => setFailure(error.message));
    setPending(session.pendingPublishes);
  };
  return (
    <section class="card cheer" aria-labelledby="cheer">
      <div>
        <h2 id="cheer">{t("cheer.title")}</h2>
        <p class="hint">{t("cheer.hint")}</p>
      </div>
      <button type="button" class="button is-primary" data-test="cheer" onClick={cheer}>
        {t("cheer.title")}
      </button>
      <dl class="figures">
        <div>
          <dt>{t("cheer.counted")}</dt>
          <dd data-test="cheers">{formatNumber(counted)}</dd>
        </div>
        <div>
          <dt>{t("cheer.waiting")}</dt>
          <dd data-test="cheers-waiting">{formatNumber(pending)}</dd>
        </div>
      </dl>
      {failure !== "" && <p class="hint is-error">{failure}</p>}
    </section>
  );
}
