// Where a room's rules are checked: a server of the test kit's, or one with an address. Time passes as it does there.
import type { Network } from "../phone/wire-connection.ts";

/** A server with the room under test. Implemented by testing/conformance/real-venue and testing/conformance/kit-venue. */
export interface Venue {
  /** Connections to it. */
  readonly network: Network;
  /** The name by which the class's events are joined there. */
  readonly eventType: string;
  /** Lets time pass: virtual where it is, else real. */
  advance(ms: number): Promise<void>;
  /** Undefined where it cannot be restarted. */
  readonly restart?: ((how: "restart" | "crash", downMs: number) => Promise<void>) | undefined;
  /** A host's token; undefined where nobody gives one. */
  readonly hostToken?: (() => Promise<string>) | undefined;
  /** For how long an event that nobody is in is remembered; undefined where that is unknown, or too long to wait. */
  readonly retentionMs?: number | undefined;
  /** Gives back what it has taken. */
  close(): Promise<void>;
}
