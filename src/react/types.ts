// What a React application gives and gets. Types only.
import type { ReactNode } from "react";
import type {
  EventSchema,
  EventSession,
  Immutable,
  JoinEventOptions,
  RoomState,
  RosterEntry,
  SessionState,
} from "../client/types/index.ts";

/** The event to be in, as `joinEvent` takes it, or a session of the application's own; and what is shown in it. */
export type EventProviderProps<S extends EventSchema = EventSchema> = {
  readonly children?: ReactNode;
} & (
  | (JoinEventOptions & { readonly session?: undefined })
  | {
      /** It is used as it is, and never closed. */
      readonly session: EventSession<S>;
    }
);

/**
 * What there is to show.
 * - `joining`: nothing yet, the first join is under way
 * - `live`: the event, as it is
 * - `stale`: the event as it last was; `outage` says until when the seat is ours
 * - `over`: why it is over (`endReason`, `sentence`)
 */
export type Show = "joining" | "live" | "stale" | "over";

/** The session's state, and what follows from it. A new object with each change. */
export interface EventNow<S extends EventSchema = EventSchema> extends SessionState {
  /** What there is to show. */
  readonly show: Show;
  /** The session, for all that has no hook; undefined before the provider is mounted, and on a server. */
  readonly session: EventSession<S> | undefined;
  /** Tries now, or takes the seat back; undefined where that is of no use. To be offered as a button, not called unasked. */
  readonly retry: (() => void) | undefined;
}

/** Whether two values are as good as the same, so that nothing renders again. */
export type Equality<Value> = (before: Value, after: Value) => boolean;

/** Everyone in the event, by device id. Another map with each change; an entry that has not changed is the same object. */
export type RosterMap<S extends EventSchema = EventSchema> = ReadonlyMap<string, RosterEntry<S>>;

/** See the function of this name. */
export interface UseRoster<S extends EventSchema = EventSchema> {
  (): RosterMap<S>;
  <Selected>(select: (roster: RosterMap<S>) => Selected, isEqual?: Equality<Selected>): Selected;
}

/** See the function of this name. */
export type UseEventState<S extends EventSchema = EventSchema> = <Selected>(
  select: (state: RoomState<S>) => Selected,
  isEqual?: Equality<Immutable<Selected>>,
) => Immutable<Selected> | undefined;
