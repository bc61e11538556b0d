// What a host has said of the event.
import type { EventDetails, HostEventDetails } from "../../protocol/event-details.ts";

/** An event's title, capacity, grace, lock and so on; `expected_names` and `removed` are there for its hosts alone. */
export type SessionDetails = Readonly<EventDetails> & Readonly<Partial<HostEventDetails>>;
