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
  readonly EventProvider: (props: EventProviderProps<S>) => ReactElement;
  readonly useEvent: () => EventNow<S>;
  readonly useRoster: UseRoster<S>;
  readonly useParticipant: (deviceId: string) => RosterEntry<S> | undefined;
  readonly useParticipantIds: typeof useParticipantIds;
  readonly useMe: () => RosterEntry<S> | undefined;
  readonly useEventState: UseEventState<S>;
  readonly usePublish: () => EventSession<S>["publish"];
  readonly usePendingPublishes: typeof usePendingPublishes;
  readonly useServerCountdown: typeof useServerCountdown;
  readonly useTold: typeof useTold;
  readonly useAnnouncement: typeof useAnnouncement;
  readonly useMessage: typeof useMessage;
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
