// A room for tests of the cluster's own parts: it only notes that it was lost.
import type { LocalRoom } from "../../../src/cluster/local-rooms.ts";

export function notedRoom(lose: () => void): LocalRoom {
  return {
    isDisposing: false,
    lose,
    rewrite: () => {},
    lastWord: async () => true,
    sendOn: async () => {},
  };
}
