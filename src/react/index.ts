"use client";
// holdfast/react: an event on a React page. Hooks on useSyncExternalStore, over a session that a provider opens and closes.
export { useServerCountdown } from "./countdown.ts";
export {
  useEvent,
  useEventState,
  useMe,
  useParticipant,
  useParticipantIds,
  usePendingPublishes,
  usePublish,
  useRoster,
} from "./hooks.ts";
export { useAnnouncement, useMessage, useSessionEvent, useTold } from "./listening.ts";
export { EventProvider } from "./provider.ts";
export { shallowEqual } from "./shallow-equal.ts";
export { createEventHooks, type EventHooks } from "./typed.ts";
export type {
  Equality,
  EventNow,
  EventProviderProps,
  RosterMap,
  Show,
  UseEventState,
  UseRoster,
} from "./types.ts";
