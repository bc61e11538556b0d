// Around everything that a host does: the bar, the list of events, and what is picked of it. The lobby alone has no frame:
// it is for a wall.
import { useCallback, useEffect, useState } from "preact/hooks";
import type { HostRights } from "../core/host/host-rights.ts";
import { t } from "../languages/words.ts";
import { Announcer } from "../ui/announcer.tsx";
import { Wordmark } from "../ui/wordmark.tsx";
import { EventRoom } from "./event/event-room.tsx";
import { EventNav } from "./event-nav.tsx";
import { CreateForm } from "./forms/create-form.tsx";
import type { EventList, HostServer } from "./host-server.ts";
import { PlainHttp } from "./plain-http.tsx";
import { usePlace } from "./place.ts";
import { poll } from "./poll.ts";

const pollMs = 2000;

interface FrameProps {
  readonly server: HostServer;
  readonly rights: HostRights;
  /** The link that brought here was spent; this browser was a host already. */
  readonly usedLink: boolean;
  readonly onSignOut: () => void;
}

export function Frame({ server, rights, usedLink, onSignOut }: FrameProps) {
  const [place, go] = usePlace();
  const [list, setList] = useState<EventList | undefined>(undefined);
  const [isReachable, setIsReachable] = useState(true);
  const ask = useCallback(
    () =>
      server.events().then(
        (events) => {
          setList(events);
          setIsReachable(true);
        },
        () => setIsReachable(false),
      ),
    [server],
  );
  useEffect(() => poll(ask, pollMs), [ask, rights]);

  const events = list?.events;
  const [only] = events ?? [];
  const isNew = place.view === "new" && place.event === undefined;
  const shown = place.event ?? (!isNew && events?.length === 1 ? only?.event_id : undefined);
  const isLobby = shown !== undefined && place.view === "lobby";
  const client = shown === undefined ? undefined : server.clientFor(shown);
  return (
    <div class={isLobby ? "" : "host-page"} data-test="signed-in">
      {!isLobby && (
        <a class="skip" href="#event">
          {t("host.skip")}
        </a>
      )}
      {!isLobby && (
        <header class="bar">
          <Wordmark />
          <p class="bar-title">{t("host.title")}</p>
          <button type="button" class="button is-quiet" data-test="sign-out" onClick={onSignOut}>
            {t("host.sign-out")}
          </button>
        </header>
      )}
      <Announcer text={isReachable ? "" : t("host.problem.unreachable")} />
      <div class={isLobby ? "" : "host"} data-picked={shown !== undefined || isNew}>
        {!isLobby && (
          <EventNav
            list={list}
            isReachable={isReachable}
            shown={shown}
            mayCreate={server.isForAll}
            onPick={(event) => go({ event, view: "running" })}
            onNew={() => go({ event: undefined, view: "new" })}
          >
            {usedLink && <p class="notice">{t("host.sign-in.used-but-host")}</p>}
            <PlainHttp />
          </EventNav>
        )}
        {shown !== undefined && client !== undefined ? (
          <EventRoom
            key={`e ${shown} ${client.token}`}
            client={client}
            eventId={shown}
            isForAll={server.isForAll}
            isLobby={isLobby}
            onLobby={(on) => go({ event: shown, view: on ? "lobby" : "running" })}
            onNew={server.isForAll ? () => go({ event: undefined, view: "new" }) : undefined}
            onClosed={ask}
          />
        ) : (
          <main id="event" class={isNew ? "event-view" : "nothing"} tabIndex={-1} data-focus-fallback>
            {isNew && server.isForAll ? (
              <CreateForm
                server={server}
                onCreated={(event) => {
                  void ask();
                  go({ event, view: "lobby" });
                }}
                onCancel={() => go({ event: undefined, view: "running" })}
              />
            ) : (
              <Nothing
                isEmpty={events?.length === 0}
                isForbidden={shown !== undefined}
                onNew={server.isForAll ? () => go({ event: undefined, view: "new" }) : undefined}
              />
            )}
          </main>
        )}
      </div>
    </div>
  );
}

interface NothingProps {
  readonly isEmpty: boolean;
  /** There is an event in the address, and no right for it. */
  readonly isForbidden: boolean;
  readonly onNew: (() => void) | undefined;
}

function Nothing({ isEmpty, isForbidden, onNew }: NothingProps) {
  const words = isForbidden ? "host.nothing.forbidden" : isEmpty ? "host.nothing.empty" : "host.nothing.pick";
  return (
    <>
      <h1>{t(words)}</h1>
      {isEmpty && onNew !== undefined && (
        <>
          <p class="hint">{t("host.nothing.how")}</p>
          <button type="button" class="button is-primary" onClick={onNew}>
            {t("host.create.open")}
          </button>
        </>
      )}
    </>
  );
}
