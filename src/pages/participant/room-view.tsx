// The event as a participant sees it: one's own seat, everyone else, what has happened, and a network to break.
import { useEffect, useRef, useState } from "preact/hooks";
import type { EventSession } from "../../client/index.ts";
import type { BadNetwork } from "../network/bad-network.ts";
import { ownTexts } from "../core/texts.ts";
import { Announcer } from "../ui/announcer.tsx";
import { ClockContext } from "../ui/clock.ts";
import { Confirm } from "../ui/dialog.tsx";
import { useEventOf } from "../ui/event-observer.ts";
import { Feed } from "../ui/feed.tsx";
import { Wordmark } from "../ui/wordmark.tsx";
import { BadNetworkPanel } from "./bad-network-panel.tsx";
import { CheerPanel } from "./cheer-panel.tsx";
import { OwnSeat } from "./own-seat.tsx";
import { Roster } from "./roster.tsx";

interface RoomViewProps {
  readonly session: EventSession;
  readonly network: BadNetwork;
  readonly onStartOver: () => void;
}

export function RoomView({ session, network, onStartOver }: RoomViewProps) {
  const seen = useEventOf(session);
  const clock = useRef(() => session.serverNow());
  const heading = useRef<HTMLHeadingElement>(null);
  const [isLeaving, setIsLeaving] = useState(false);
  useEffect(() => heading.current?.focus(), []);
  const { status } = seen.state;
  const isOver = status === "left" || status === "failed";
  const texts = ownTexts(seen.state);
  return (
    <ClockContext.Provider value={clock.current}>
      <header class="bar">
        <Wordmark />
        <h1 ref={heading} tabIndex={-1} data-focus-fallback>
          <span class="visually-hidden">Event </span>
          <bdi>{session.eventId}</bdi>
        </h1>
        {!isOver && (
          <button type="button" class="button is-quiet" data-test="leave" onClick={() => setIsLeaving(true)}>
            Leave
          </button>
        )}
      </header>
      <Announcer text={`${texts.title}. ${texts.detail}`} />
      <Announcer text={seen.spoken} />
      <main class={`room ${isOver ? "is-over" : ""}`}>
        <div class="room-own">
          <OwnSeat session={session} seen={seen} onStartOver={onStartOver} />
          {!isOver && <CheerPanel session={session} />}
          {!isOver && <BadNetworkPanel network={network} />}
        </div>
        {!isOver && (
          <div class="room-others">
            <Roster roster={seen.roster} isStale={status !== "connected"} />
            <section class="card" aria-labelledby="lately">
              <h2 id="lately">Lately</h2>
              <Feed entries={seen.feed.slice(0, 8)} empty="Who comes, goes and returns is listed here." />
            </section>
          </div>
        )}
      </main>
      {isLeaving && (
        <Confirm
          title="Leave the event?"
          verb="Leave"
          onConfirm={() => void session.leave()}
          onClose={() => setIsLeaving(false)}
        >
          <p>Your seat becomes free at once. To only take a break, just close the page.</p>
        </Confirm>
      )}
    </ClockContext.Provider>
  );
}
