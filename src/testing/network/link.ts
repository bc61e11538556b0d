// A connection to a server, before anything is said over it: of memory in the kit, of TCP or TLS to a real server.
import type { Duplex } from "node:stream";

/** A client's end of a connection, for Node's HTTP code and `ws`. */
export interface Link extends Duplex {
  /** It is reset; nobody has said goodbye. */
  cut(): void;
  /** Nothing gets through any more, and nobody is told. */
  strand(): void;
}
