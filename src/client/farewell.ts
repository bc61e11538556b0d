// The last word to a room: the seat is given up. Over the connection that is, or, when there is none, over one that is
// made for it. Never by a join: that could take a new seat.
import type { Dial, Link, LinkEvents, Ticket } from "./link.ts";

export interface Farewell {
  /** Resolves when the room knows, or cannot be told; may never. */
  readonly said: Promise<void>;
  callOff(): void;
}

const silent: LinkEvents = { heard: () => {}, state: () => {}, message: () => {}, closed: () => {} };

export function farewellOver(link: Link): Farewell {
  return { said: link.leave(), callOff: () => link.drop() };
}

export function farewellByToken(dial: Dial, ticket: Ticket): Farewell {
  const dialing = dial({ path: "token", ticket }, silent);
  const said = dialing.result.then((dialed) => (dialed.type === "joined" ? dialed.link.leave() : undefined));
  return { said, callOff: () => dialing.abort() };
}
