// What the views of an event are given: running, in the lobby, closed.
import type { EventSession, SessionState } from "../../../client/index.ts";
import type { HostClient, HostEventDetails } from "../../../host/index.ts";
import type { EventCounts } from "../../core/host/event-counts.ts";
import type { Rows } from "../../core/seats/rows.ts";
import type { Seen } from "../../ui/event-observer.ts";
import type { Act } from "../act.ts";

export interface EventRoomProps {
  readonly client: HostClient;
  readonly eventId: string;
  readonly isForAll: boolean;
  readonly isLobby: boolean;
  readonly onLobby: (isOn: boolean) => void;
  /** To the form of a new event; undefined for who may not open one. */
  readonly onNew: (() => void) | undefined;
  /** The event is closed: it is in no list any more. */
  readonly onClosed: () => void;
}

/** What the views of an event share. */
export interface EventViewProps extends EventRoomProps {
  readonly session: EventSession;
  readonly seen: Seen;
  /** Undefined until they have come. */
  readonly details: HostEventDetails | undefined;
  /** Everyone of the list of seats. */
  readonly rows: Rows;
  /** How many of each kind there are among them. */
  readonly counts: EventCounts;
  readonly act: Act;
  /** Shows `done` when it has come to pass, or why it has not. */
  readonly report: (asked: Promise<unknown>, done: string) => void;
  /** False while the host's own connection is lost: what is shown is old, and nothing can be done. */
  readonly isLive: boolean;
}

/** No server event has this code: it is shown to nobody as one to type, and no QR code leads to it. */
export const isMissing = ({ status, reason }: SessionState): boolean =>
  status === "failed" && reason === "no_such_event";
