// What is read from an event while it renders.
import { useCallback } from "react";
import type { EventSession, Immutable, Json, RosterEntry } from "../client/types/index.ts";
import { immutableCopy } from "../client/state/immutable-copy.ts";
import { type Listen, nowhere, type Place, stateVersion } from "./event-handle.ts";
import { useHandle, useReading, useSelection } from "./reading.ts";
import { isRetryOfUse } from "./retrying.ts";
import { shallowEqual } from "./shallow-equal.ts";
import type { Equality, EventNow, RosterMap, Show } from "./types.ts";

const toStatus: Listen = (session, notify) => session.on("status", notify);
const toRoster: Listen = (session, notify) => session.on("roster", notify);
const toState: Listen = (session, notify) => session.on("state", notify);
const toOutbox: Listen = (session, notify) => session.on("outbox", notify);
const toMe: Listen = (session, notify) => session.onParticipant(session.deviceId, notify);

/**
 * Where the session stands (status, outage, end), and what there is to show.
 * @example
 * const { show, sentence, retry } = useEvent();
 * if (show === "over") return <p>{sentence} {retry && <button onClick={retry}>Try again</button>}</p>;
 */
export function useEvent(): EventNow {
  return useReading(toStatus, eventNow);
}

const notYet: EventNow = { status: "connecting", show: "joining", session: undefined, retry: undefined };
const seen = new WeakMap<object, EventNow>();
const shows = {
  connecting: "joining",
  connected: "live",
  reconnecting: "stale",
  left: "over",
  failed: "over",
} as const;

/** One object for each state, which is another one with each change. */
function eventNow({ session }: Place): EventNow {
  if (session === undefined) return notYet;
  const { state } = session;
  const known = seen.get(state);
  if (known?.session === session) return known;
  const show: Show = shows[state.status];
  const retry = isRetryOfUse(state) ? () => session.reconnectNow() : undefined;
  const now: EventNow = { ...state, show, session, retry };
  seen.set(state, now);
  return now;
}

const nobody: RosterMap = new Map();
const rosterOf = ({ session }: Place): RosterMap => session?.roster ?? nobody;
const whole = (roster: RosterMap): unknown => roster;

/** Everyone in the event. Renders again whenever anybody's entry changes: a list of many takes `useParticipantIds`, and a row for each. */
export function useRoster(): RosterMap;
/**
 * What `select` makes of everyone in the event. Renders again when that has changed: by default when an array, map or plain
 * object has other items, and anything else is not the same.
 * @param isEqual another way to see whether it has changed
 * @example const away = useRoster((roster) => [...roster.values()].filter(({ status }) => status !== "connected").length);
 */
export function useRoster<Selected>(
  select: (roster: RosterMap) => Selected,
  isEqual?: Equality<Selected>,
): Selected;
export function useRoster(
  select: (roster: RosterMap) => unknown = whole,
  isEqual: Equality<unknown> = select === whole ? Object.is : shallowEqual,
): unknown {
  return useSelection(toRoster, rosterOf, select, (place) => select(rosterOf(place)), isEqual);
}

/**
 * One participant; undefined for who is not in the event. Renders again for changes of this one alone, own fields included.
 * @example const Row = memo(({ id }: { id: string }) => <li>{useParticipant(id)?.displayName}</li>);
 */
export function useParticipant(deviceId: string): RosterEntry | undefined {
  const listen = useCallback<Listen>(
    (session, notify) => session.onParticipant(deviceId, notify),
    [deviceId],
  );
  return useReading(listen, ({ session }) => session?.roster.get(deviceId));
}

const noIds: readonly string[] = [];

/**
 * The device ids of everyone in the event, in the roster's order; the same array until somebody comes or goes.
 * @example const rows = useParticipantIds().map((id) => <Row key={id} id={id} />);
 */
export function useParticipantIds(): readonly string[] {
  return useReading(toRoster, ({ session }) => session?.participantIds ?? noIds);
}

/** This device's own participant; undefined before the first state, for an observer, and when the seat is gone. */
export function useMe(): RosterEntry | undefined {
  return useReading(toMe, ({ session }) => session?.roster.get(session.deviceId));
}

const versionOf = ({ session }: Place): object => (session === undefined ? nowhere : stateVersion(session));

/**
 * A part of the room's state, as plain values that never change; undefined before the first state. Renders again when it has changed:
 * what is as it was is the same object.
 * @param select picks what is needed, also several parts put together in an object; is given the living state, and must
 * not keep it
 * @param isEqual another way to see whether it has changed
 * @example const { useEventState } = createEventHooks<typeof quiz>();
 * const round = useEventState((state) => state.round);
 */
export function useEventState<Selected>(
  select: (state: never) => Selected,
  isEqual: Equality<Immutable<Selected>> = Object.is,
): Immutable<Selected> | undefined {
  type Copy = Immutable<Selected> | undefined;
  const compute = ({ session }: Place, before: Copy): Copy => {
    const state = session?.roomState;
    return state === undefined ? undefined : immutableCopy(select(state as never), before);
  };
  const isSame = (before: Copy, after: Copy) =>
    before === undefined || after === undefined ? before === after : isEqual(before, after);
  return useSelection<Copy>(toState, versionOf, select, compute, isSame);
}

/**
 * `publish` of the session: takes effect once and in order, whatever happens. The same function from one render to the next. What is
 * published before the session is open waits for it.
 * @returns what returns a promise that rejects with a PublishError; handle it
 * @example const publish = usePublish();
 * <button onClick={() => void publish("answer", "b").catch(show)}>B</button>
 */
export function usePublish(): EventSession["publish"] {
  const handle = useHandle();
  return useCallback((type: string, payload?: Json) => handle.publish(type, payload), [handle]);
}

/** The number of published messages that are not acknowledged yet. */
export function usePendingPublishes(): number {
  return useReading(toOutbox, ({ session }) => session?.pendingPublishes ?? 0);
}
