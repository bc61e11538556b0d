// On which process of a cluster a new room comes into being: an event's where its lease is, a plain room's where the framework
// would have it.
import { matchMaker } from "@colyseus/core";

/** Says where a new room of this name and these options is made: the framework's option `selectProcessIdToCreateRoom`. */
export type ProcessChoice = (roomName: string, options: unknown) => Promise<string>;

/** The framework's own choice (core 0.18.17, MatchMaker.ts:71): the process with the fewest rooms. */
async function fewestRooms(): Promise<string> {
  const [first] = (await matchMaker.stats.fetchAll()).toSorted((a, b) => a.roomCount - b.roomCount);
  return first?.processId ?? matchMaker.processId;
}

/**
 * @param events the names under which events are joined: whoever asks for an event's room has its lease
 * @param choose for plain rooms; the framework's own choice when left out
 */
export function processChoice(
  events: { has(name: string): boolean },
  choose: ProcessChoice = fewestRooms,
): ProcessChoice {
  return async (roomName, options) =>
    events.has(roomName) ? matchMaker.processId : choose(roomName, options);
}
