// The last word to a room: the seat is given up. Over the connection that is, or, when there is none, over one that is
// made for it. Never by a join: that could take a new seat.
import type { Environment, Timer } from "../platform/environment.ts";
import type { Dial, Link, LinkEvents, Ticket } from "./connection.ts";

export interface Farewell {
  /** Resolves when the room knows, or cannot be told; may never. */
  readonly said: Promise<void>;
  callOff(): void;
}

const silent: LinkEvents = { heard: () => {}, state: () => {}, message: () => {}, closed: () => {} };

/** How a room can be told now; undefined when it cannot. */
export function farewell(
  dial: Dial,
  link: Link | undefined,
  ticket: Ticket | undefined,
): Farewell | undefined {
  if (link !== undefined) return { said: link.leave(), callOff: () => link.drop() };
  if (ticket === undefined) return undefined;
  const dialing = dial({ path: "token", ticket }, silent);
  const said = dialing.result.then((dialed) => (dialed.type === "joined" ? dialed.link.leave() : undefined));
  return { said, callOff: () => dialing.abort() };
}

/** Waits for it as long as an attempt may take; then it is called off. */
export async function saidInTime(
  { said, callOff }: Farewell,
  environment: Environment,
  limitMs: number,
): Promise<void> {
  let timer: Timer | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = environment.after(limitMs, resolve);
  });
  await Promise.race([said, limit]);
  timer?.cancel();
  callOff();
}
