// The hooks, typed by this event's state: made once, and imported by every component.
import { createEventHooks } from "holdfast/react";
import type { poll } from "../state.ts";

export const {
  EventProvider,
  useAnnouncement,
  useEvent,
  useEventState,
  useMe,
  useParticipant,
  useParticipantIds,
  usePendingPublishes,
  usePublish,
  useRoster,
  useServerCountdown,
} = createEventHooks<typeof poll>();
