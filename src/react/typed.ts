// The hooks, typed by an event's schema. The functions are the same: only their types know more.
import type { ReactElement } from "react";
import type { EventSchema, EventSession, RosterEntry, SessionEvents } from "../client/types/index.ts";
import { useServerCountdown } from "./countdown.ts";
import {
  useEvent,
  useEventState,
  useMe,
  useParticipant,
  useParticipantIds,
  usePendingPublishes,
  usePublish,
  useRoster,
} from "./hooks.ts";
import { useAnnouncement, useMessage, useSessionEvent, useTold } from "./listening.ts";
import { EventProvider } from "./provider.ts";
import type { EventNow, EventProviderProps, UseEventState, UseRoster } from "./types.ts";

/** The hooks for events of one schema. Each is the function of its name, and explained there. */
export interface EventHooks<S extends EventSchema> {
  /** Is in an event for as long as it is mounted. */
  readonly EventProvider: (props: EventProviderProps<S>) => ReactElement;
  /** Where the session stands, and what there is to show. */
  readonly useEvent: () => EventNow<S>;
  /** Everyone in the event, or what a function makes of them. */
  readonly useRoster: UseRoster<S>;
  /** One participant, own fields included. */
  readonly useParticipant: (deviceId: string) => RosterEntry<S> | undefined;
  /** The device ids of everyone in the event. */
  readonly useParticipantIds: typeof useParticipantIds;
  /** This device's own participant. */
  readonly useMe: () => RosterEntry<S> | undefined;
  /** A part of the room's state, as plain values that never change. */
  readonly useEventState: UseEventState<S>;
  /** Publishes once and in order, whatever happens. */
  readonly usePublish: () => EventSession<S>["publish"];
  /** How many published messages are not acknowledged yet. */
  readonly usePendingPublishes: typeof usePendingPublishes;
  /** The time until an instant of the server's clock, in ms. */
  readonly useServerCountdown: typeof useServerCountdown;
  /** Handles what the room tells this participant. */
  readonly useTold: typeof useTold;
  /** Handles what the room announces to all. */
  readonly useAnnouncement: typeof useAnnouncement;
  /** Handles a room author's message. */
  readonly useMessage: typeof useMessage;
  /** Handles what the session announces. */
  readonly useSessionEvent: <Type extends keyof SessionEvents<S>>(
    type: Type,
    handler: (event: SessionEvents<S>[Type]) => void,
  ) => void;
}

const hooks = {
  EventProvider,
  useEvent,
  useRoster,
  useParticipant,
  useParticipantIds,
  useMe,
  useEventState,
  usePublish,
  usePendingPublishes,
  useServerCountdown,
  useTold,
  useAnnouncement,
  useMessage,
  useSessionEvent,
};

/**
 * The hooks, typed by what `defineEventState` has returned: to be called once, beside it, and exported to the components.
 * @example
 * import type { quiz } from "./quiz-state.ts";
 * export const { EventProvider, useEventState, useMe } = createEventHooks<typeof quiz>();
 * // in a component: state.question is a string, and own.score a number
 * const question = useEventState((state) => state.question);
 * const score = useMe()?.own.score ?? 0;
 */
export function createEventHooks<S extends EventSchema>(): EventHooks<S> {
  return hooks as unknown as EventHooks<S>;
}
