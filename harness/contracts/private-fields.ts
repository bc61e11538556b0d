// Who sees which private fields of a card room (servers/card-room), as real clients see them.
import { expect } from "chai";
import { until } from "../wait.ts";

/** Anyone's state, the SDK's or our client's: participants by device id. */
export type Participants = ReadonlyMap<string, object> | undefined;

/** What is private of one participant, as a client sees it. */
export interface Private {
  readonly secret: string | undefined;
  readonly hand: readonly string[] | undefined;
  readonly notes: Readonly<Record<string, number>> | undefined;
}

interface Shown {
  readonly secret?: string;
  readonly hand?: Iterable<{ name: string }>;
  readonly notes?: ReadonlyMap<string, number>;
}

/** What one client sees of one participant. */
export function privateOf(participants: Participants, device: string): Private {
  const { secret, hand, notes } = (participants?.get(device) ?? {}) as Shown;
  return {
    secret,
    hand: hand === undefined ? undefined : [...hand].map(({ name }) => name),
    notes: notes === undefined ? undefined : Object.fromEntries(notes.entries()),
  };
}

/** What a participant is dealt, and has after it: the room's rule once more. */
export class Dealt {
  #hand: string[] = [];
  #notes: string[] = [];
  #count = 0;
  readonly device: string;

  constructor(device: string) {
    this.device = device;
  }

  /** The next card; the message for the room. */
  next(): { device: string; name: string } {
    this.#count += 1;
    const name = `${this.device}-${"x".repeat(this.#count)}`;
    this.#hand = [...this.#hand, name].slice(-3);
    this.#notes = [...this.#notes, name].slice(-2);
    return { device: this.device, name };
  }

  get now(): Private {
    const notes = Object.fromEntries(this.#notes.map((name) => [name, name.length]));
    return { secret: this.#hand.at(-1), hand: this.#hand, notes };
  }
}

/** Waits until a client sees its own private fields as they are; then nobody else's, of so many participants. */
export async function seesItsOwn(
  what: string,
  participants: () => Participants,
  own: Dealt,
  count: number,
): Promise<void> {
  const see = () => JSON.stringify(privateOf(participants(), own.device));
  await until(
    () => `${what}: ${JSON.stringify(own.now)}; it sees ${see()}`,
    () => see() === JSON.stringify(own.now),
  );
  expect(participants()?.size, `${what}: participants`).to.equal(count);
  for (const device of participants()?.keys() ?? [])
    if (device !== own.device) seesNothing(what, participants(), device);
}

/** Nothing private of this participant is shown. (A collection that is not shown may be there, and is empty.) */
export function seesNothing(what: string, participants: Participants, device: string): void {
  const { secret, hand, notes } = privateOf(participants, device);
  expect([secret, hand ?? [], notes ?? {}], `${what}: ${device}`).to.deep.equal([undefined, [], {}]);
}
