// The host's own connection: a word while it is well, a banner when it is not.
import { useLayoutEffect, useRef } from "preact/hooks";
import type { EndReason, EventSession, SessionState } from "../../../client/index.ts";
import { formatTime } from "../../languages/format.ts";
import { t } from "../../languages/words.ts";
import { everyTick, write } from "../../ui/ticker.ts";

interface OwnLineProps {
  readonly session: EventSession;
  readonly state: SessionState;
}

/** In a line, beside the title. */
export function OwnLine({ session, state: { status } }: OwnLineProps) {
  return (
    <p class="live" data-status={status} data-test="host-status">
      {status === "connected" ? <Silence session={session} /> : t(`host.live.${status}`)}
    </p>
  );
}

/** How long after the last sign of life a page says that nobody answers: an interval of 3 s, and a second. */
const quietMs = 4000;

/** "Live", or for how long nobody has answered: known before the connection is given up. */
function Silence({ session }: { readonly session: EventSession }) {
  const text = useRef<HTMLSpanElement>(null);
  useLayoutEffect(
    () =>
      everyTick(() => {
        const silentMs = session.serverNow() - (session.lastReceivedAt ?? session.serverNow());
        const seconds = Math.floor(silentMs / 1000);
        write(
          text.current,
          silentMs < quietMs ? t("host.live.connected") : t("host.live.quiet", { seconds }),
        );
      }),
    [session],
  );
  return <span ref={text}>{t("host.live.connected")}</span>;
}

const endWords = {
  kicked: "host.end.removed",
  replaced: "host.end.replaced",
  refused: "host.end.refused",
  unreachable: "host.end.unreachable",
  consented: "host.end.left",
  closed: "host.end.left",
  event_closed: "host.end.left",
} as const satisfies Record<EndReason, string>;

/** Over everything that is old now. Nothing while the page is live, or before it was. */
export function Stale({ session, state }: OwnLineProps) {
  const { status, endReason, reason, outage } = state;
  if (status === "connected" || status === "connecting") return null;
  const asOf = session.lastReceivedAt ?? outage?.since;
  const isLost = status === "reconnecting";
  const title = isLost
    ? t("host.stale.title")
    : t(reason === "no_such_event" ? "host.end.no-such-event" : endWords[endReason ?? "unreachable"]);
  return (
    <section class="stale" role="alert" data-test="stale">
      <p class="stale-title">{title}</p>
      {asOf !== undefined && <p>{t("host.stale.as-of", { time: formatTime(asOf) })}</p>}
      {isLost && <p>{t("host.stale.tries")}</p>}
      {(isLost || endReason === "replaced" || endReason === "unreachable") && (
        <button type="button" class="button" onClick={() => session.reconnectNow()}>
          {t(isLost ? "host.try-now" : "host.try-again")}
        </button>
      )}
    </section>
  );
}
