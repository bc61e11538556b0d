// The event as a participant sees it: one's own seat, what hosts have said, who is there, and what this device does beside.
import { useEffect, useRef, useState } from "preact/hooks";
import type { EventSession } from "../../client/index.ts";
import { shownCode } from "../core/event-code.ts";
import type { OwnSaying } from "../core/participant/own-status.ts";
import { isolated, nameOf, shownName } from "../core/person.ts";
import type { Remedy } from "../core/participant/refusals.ts";
import { t } from "../languages/words.ts";
import { Announcer } from "../ui/announcer.tsx";
import { ClockContext } from "../ui/clock.ts";
import { Confirm } from "../ui/dialog.tsx";
import { Wordmark } from "../ui/wordmark.tsx";
import { buzz, type Habit, habitsOff, keepAwake, keepHabitsOff } from "./device.ts";
import { useBeside } from "./later.ts";
import { lastName } from "./memory.ts";
import { OwnCard } from "./own-card.tsx";
import { useRoom } from "./room-observer.ts";
import { showInTab } from "./tab-signs.ts";
import { HostMessages, useHostMessages } from "./told.tsx";

interface RoomViewProps {
  readonly session: EventSession;
  /** Back to the form: with this event's code, or without (it is over, or not for this device). */
  readonly onStartOver: (eventId: string | undefined) => void;
}

const lostBuzz = [200, 100, 200];
const backBuzz = [80];
const messageBuzz = [60, 60, 60];

export function RoomView({ session, onStartOver }: RoomViewProps) {
  const seen = useRoom(session);
  const clock = useRef(() => session.serverNow());
  const heading = useRef<HTMLHeadingElement>(null);
  const [isLeaving, setIsLeaving] = useState(false);
  const [off, setOff] = useState(habitsOff);
  const buzzes = useRef(true);
  buzzes.current = !off.has("buzz");
  const [messages, putAway] = useHostMessages(session, () => buzzes.current && buzz(messageBuzz));
  const { saying, roster, names } = seen;
  const { status, tone, title } = saying;
  const isOver = tone === "over";
  const eventTitle = useTitle(session);
  const beside = useBeside(status === "here");

  useEffect(() => heading.current?.focus(), []);
  useEffect(() => {
    const event = `${eventTitle} · Holdfast`;
    showInTab(tone === "well" ? event : `${title} · ${event}`, tone);
  }, [eventTitle, tone, title]);
  useEffect(() => () => showInTab("Holdfast", undefined), []);
  useEffect(
    () => (isOver || off.has("awake") || !("wakeLock" in navigator) ? undefined : keepAwake()),
    [isOver, off],
  );
  const before = useRef(status);
  useEffect(() => {
    const wasHere = before.current === "here" || before.current === "no-answer";
    if (buzzes.current && wasHere && status === "reconnecting") buzz(lostBuzz);
    if (buzzes.current && before.current === "reconnecting" && status === "here") buzz(backBuzz);
    before.current = status;
  }, [status]);

  const act = (kind: Remedy) => {
    if (kind === "retry" || kind === "take-back") return session.reconnectNow();
    return onStartOver(kind === "another" ? undefined : session.eventId);
  };
  const switchHabit = (habit: Habit) => {
    const next = new Set(off);
    if (!next.delete(habit)) next.add(habit);
    keepHabitsOff(next);
    setOff(next);
  };
  const me = { deviceId: session.deviceId, userId: "", displayName: lastName() };
  return (
    <ClockContext.Provider value={clock.current}>
      <header class="bar">
        <Wordmark />
        <h1 ref={heading} tabIndex={-1} data-focus-fallback data-test="event-title">
          <span class="visually-hidden">{t("own.event")} </span>
          <bdi>{eventTitle}</bdi>
        </h1>
        {!isOver && (
          <button type="button" class="button is-quiet" data-test="leave" onClick={() => setIsLeaving(true)}>
            {t("own.leave")}
          </button>
        )}
      </header>
      <Announcer text={spokenOf(saying)} />
      <Announcer text={off.has("speak") ? "" : seen.spoken} />
      <main class={`room ${isOver ? "is-over" : ""}`}>
        <div class="room-own">
          <OwnCard
            seen={seen}
            deviceId={session.deviceId}
            name={names.get(session.deviceId) ?? { name: nameOf(me), mark: "" }}
            onAction={act}
          />
          <HostMessages messages={messages} onPutAway={putAway} />
          {beside && !isOver && <beside.CheerPanel session={session} />}
        </div>
        {beside && !isOver && <beside.People roster={roster} names={names} isStale={status !== "here"} />}
        {beside && !isOver && <beside.DeviceCard off={off} onSwitch={switchHabit} />}
      </main>
      {isLeaving && (
        <Confirm
          title={t("own.leave-title")}
          verb={t("own.leave")}
          onConfirm={() => void session.leave()}
          onClose={() => setIsLeaving(false)}
        >
          <p>{t("own.leave-detail")}</p>
        </Confirm>
      )}
    </ClockContext.Provider>
  );
}

/** What a screen reader says of it: sentences, and never a number that changes by itself. */
function spokenOf({ title, detail, kept, isServersSentence }: OwnSaying): string {
  const own = isServersSentence ? isolated(detail) : detail; // English, whatever is spoken around it
  return [title, own, kept?.text ?? ""]
    .filter((text) => text !== "")
    .map((text) => text.replace(/[.।]$/u, ""))
    .map((text) => `${text}.`)
    .join(" ");
}

/** What the event is called: by its host, or else by its code. */
function useTitle(session: EventSession): string {
  const titleNow = () => shownName(session.details?.title ?? "") || shownCode(session.eventId);
  const [title, setTitle] = useState(titleNow);
  useEffect(() => session.on("details", () => setTitle(titleNow())), [session]);
  return title;
}
