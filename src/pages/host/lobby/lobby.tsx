// What a whole room looks at before an event begins: where to go, what to type, who is in. Fills the screen.
import { useRef, useState } from "preact/hooks";
import { shownCode } from "../../core/event-code.ts";
import { isOnlyThisMachine, joinLink, spokenAddress } from "../../core/places.ts";
import { formatNumber, formatTime } from "../../languages/format.ts";
import { t } from "../../languages/words.ts";
import type { EventViewProps } from "../event/view.ts";
import { LockButton } from "../event/lock-button.tsx";
import { Qr } from "../qr.tsx";
import { Newest } from "./newest.tsx";
import { useFullScreen } from "./full-screen.ts";

type Look = "light" | "dark";

const systemLook = (): Look => (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

export function Lobby(props: EventViewProps) {
  const { session, seen, details, counts, isLive, onLobby } = props;
  const [look, setLook] = useState<Look>(systemLook);
  const wall = useRef<HTMLElement>(null);
  const full = useFullScreen(wall);
  const link = joinLink(location.href, session.eventId);
  const isLocked = details?.is_locked === true;
  const count = counts.connected + counts.away;
  const isFull = details !== undefined && count >= details.capacity;
  const asOf = session.lastReceivedAt;
  return (
    <main
      id="event"
      ref={wall}
      class="lobby"
      data-look={look}
      data-locked={isLocked}
      data-test="projector"
      data-focus-fallback
      tabIndex={-1}
    >
      <div class="lobby-bar">
        <button type="button" class="button is-primary" data-test="start" onClick={() => onLobby(false)}>
          {t("host.lobby.start")}
        </button>
        <LockButton {...props} />
        {full.isPossible && (
          <button type="button" class="button" data-test="full-screen" onClick={full.toggle}>
            {t(full.isOn ? "host.lobby.small" : "host.lobby.full")}
          </button>
        )}
        <button
          type="button"
          class="button is-quiet"
          onClick={() => setLook(look === "dark" ? "light" : "dark")}
        >
          {t(look === "dark" ? "host.lobby.light" : "host.lobby.dark")}
        </button>
      </div>
      <div class="lobby-wall">
        <div class="lobby-way">
          {details !== undefined && details.title !== "" && (
            <p class="lobby-title">
              <bdi>{details.title}</bdi>
            </p>
          )}
          <p class="lobby-step">{t("host.lobby.open")}</p>
          <p class="lobby-address" dir="ltr">
            {spokenAddress(location.href)}
          </p>
          <p class="lobby-step">{t("host.lobby.type")}</p>
          <h1 class="lobby-code" data-test="event-code" data-long={session.eventId.length > 8}>
            <bdi dir="ltr">{shownCode(session.eventId)}</bdi>
          </h1>
          {isLocked && <p class="lobby-note">{t("host.lobby.locked")}</p>}
          {!isLocked && isFull && <p class="lobby-note">{t("host.lobby.is-full", { n: count })}</p>}
          {isOnlyThisMachine(link) && <p class="lobby-hint">{t("host.share.only-here")}</p>}
        </div>
        <div class="lobby-qr">
          <Qr link={link} label={t("host.share.qr")} />
        </div>
        <section class="lobby-people" aria-label={t("host.lobby.people")}>
          <p class="lobby-count" data-test="lobby-count">
            <span class="lobby-number">{formatNumber(count)}</span>{" "}
            <span>{t("host.lobby.are-in", { n: count })}</span>
          </p>
          <Newest roster={seen.roster} />
          {!isLive && asOf !== undefined && (
            <p class="lobby-note" role="status" data-test="stale">
              {t("host.lobby.as-of", { time: formatTime(asOf) })}
            </p>
          )}
        </section>
      </div>
    </main>
  );
}
