// What an event keeps. The room (MyRoom.ts) and the page (page.ts) share this file, and its types.
import { defineEventState, t } from "holdfast/schema";

export const mine = defineEventState({
  /** Of each participant, beside what everyone has (`display_name`, `status`, ...): kept with the seat. */
  participant: { waves: t.number().default(0) },
  /** Of the event, once. */
  event: { waves: t.number().default(0) },
});
