// One event as its host sees it. Watches as an observer, over our client: what a host sees survives the host's own bad
// network, too. What is done is asked by HTTP, with the same right.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { type EventSession, joinEvent } from "../../../client/index.ts";
import { serverOf } from "../../core/places.ts";
import { countsOf } from "../../core/seats/rows.ts";
import { t } from "../../languages/words.ts";
import { ClockContext } from "../../ui/clock.ts";
import { tabStorage } from "../../tab-memory.ts";
import { useEventOf } from "../../ui/event-observer.ts";
import type { Act } from "../act.ts";
import { Lobby } from "../lobby/lobby.tsx";
import { problemOf } from "../problems.ts";
import { useSeatRows } from "../seats/use-rows.ts";
import { Closed } from "./closed.tsx";
import { useDetails } from "./details.ts";
import { Running } from "./running.tsx";
import { type EventRoomProps, isMissing } from "./view.ts";

/** How long an action's result is shown. */
const resultMs = 7000;

function observe(eventId: string, token: string | undefined): EventSession {
  const session = joinEvent({
    url: serverOf(location.href),
    eventId,
    ...(token === undefined ? {} : { sessionToken: token }),
    role: "observer",
    mustExist: true,
    storage: tabStorage, // a tab of its own: two pages of a host do not take each other's place
  });
  session.joined().catch(() => {}); // its status says it
  return session;
}

export function EventRoom(props: EventRoomProps) {
  const { eventId, client } = props;
  const [session, setSession] = useState<EventSession | undefined>(undefined);
  useEffect(() => {
    const joined = observe(eventId, client.token);
    setSession(joined);
    return () => void joined.leave();
  }, [eventId, client]);
  return session === undefined ? null : <Observed {...props} session={session} />;
}

function Observed(props: EventRoomProps & { readonly session: EventSession }) {
  const { session, client, eventId, isLobby } = props;
  const seen = useEventOf(session);
  const details = useDetails(session);
  const clock = useRef(() => session.serverNow());
  const [result, setResult] = useState("");
  const act: Act = useMemo(
    () => async (action, done) => {
      setResult("");
      try {
        const answer = await client.act(eventId, action);
        setResult(answer.error ?? (answer.done ? done : t("host.not-possible")));
        return answer;
      } catch (error) {
        setResult(problemOf(error));
        return undefined;
      }
    },
    [client, eventId],
  );
  const report = useMemo(
    () => (asked: Promise<unknown>, done: string) => {
      setResult("");
      asked.then(
        () => setResult(done),
        (error: unknown) => setResult(problemOf(error)),
      );
    },
    [],
  );
  useEffect(() => {
    const timer = setTimeout(() => setResult(""), resultMs);
    return () => clearTimeout(timer);
  }, [result]);
  const rows = useSeatRows(seen, details);
  const counts = useMemo(() => countsOf(rows.values()), [rows]);
  const { status, endReason } = seen.state;
  const last = useRef(counts);
  if (status === "connected") last.current = counts;
  const view = { ...props, seen, details, rows, counts, act, report, isLive: status === "connected" };
  const isOnWall = isLobby && !isMissing(seen.state);
  const isClosed = endReason === "event_closed" || seen.state.reason === "closed";
  return (
    <ClockContext.Provider value={clock.current}>
      {isClosed && <Closed {...view} counts={last.current} />}
      {!isClosed && isOnWall && <Lobby {...view} />}
      {!isClosed && !isOnWall && <Running {...view} />}
      <p class={`result ${result === "" ? "is-empty" : ""}`} role="status" data-test="result">
        {result}
      </p>
    </ClockContext.Provider>
  );
}
