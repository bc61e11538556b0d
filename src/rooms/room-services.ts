// What the process gives each of its event rooms, beside what it gives their events. Types only.
import type { Ownership } from "../event/lifetime/open-event.ts";
import type { Recovery } from "../event/lifetime/recovery.ts";
import type { EventServices } from "../event/services.ts";
import type { Telemetry } from "../ops/telemetry.ts";
import type { EventFacts } from "../sync/state-writer.ts";
import type { EventOpener } from "./directory/event-opener.ts";
import type { FramesRead } from "./framework/frames-read.ts";

type Facts = Omit<EventFacts, "eventId">;

/** A process on its way out. Implemented by server/lifetime. */
export interface Departure {
  /** Resolves when everything that can be given to others or stored is: sockets may be closed. */
  leave(): Promise<void>;
}

export interface RoomServices extends Omit<EventServices, "config" | "telemetry"> {
  readonly config: EventServices["config"] & Facts;
  /** Undefined for a process that is alone: all events are its own. */
  readonly ownership: Ownership | undefined;
  /** What is stored of an event, and of which type it is. */
  readonly opener: EventOpener;
  readonly telemetry: Telemetry;
  readonly frames: FramesRead;
  /** Hears that an event has its room. */
  readonly recovery: Pick<Recovery, "restored">;
  /** The rooms of this process. Implemented by rooms/directory/room-directory. */
  readonly rooms: { get(roomId: string): { readonly isDisposing: boolean } | undefined };
  /** Draining: from the beginning of a shutdown on, nobody new is let in. Implemented by admission/readiness. */
  readonly readiness: { readonly isDraining: boolean };
  readonly departure: Departure;
}
