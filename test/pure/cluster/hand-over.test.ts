// The way out of a process: what goes wrong with one event costs no other its hand-over.
import { expect } from "chai";
import { HandOver } from "../../../src/cluster/hand-over.ts";
import { type Held, newlyHeld } from "../../../src/cluster/held.ts";

const heldOf = (id: string, existed = true): Held => newlyHeld(`ev-${id}`, id, "", 1, existed);

describe("cluster: the hand-over", () => {
  const begin = () => {
    const did: string[] = [];
    const room = (id: string) => ({
      isDisposing: false,
      lose() {},
      rewrite() {},
      lastWord: async () => true,
      sendOn: async () => void did.push(`sent on: ${id}`),
    });
    const failed = heldOf("failed");
    failed.opening = Promise.reject(new Error("it cannot be read"));
    failed.opening.catch(() => {});
    const held = [heldOf("last"), heldOf("new", false), failed]; // from the end on
    const rooms = new Map([["ev-last", room("last")]]);
    const member = {
      secret: "",
      events: () => held,
      giveUp: async ({ eventId }: Held, isOver: boolean) => {
        did.push(`given up: ${eventId}${isOver ? ", over" : ""}`);
        if (eventId === "new") throw new Error("Redis is away");
      },
    };
    const reporter = {
      recordOwnership: (change: string, { event_id }: { event_id: string }) =>
        did.push(`${change}: ${event_id}`),
      reportError: (_where: string, error: unknown) => did.push((error as Error).message),
    };
    const leases = { peers: async () => [] };
    const handOver = new HandOver(member as never, leases as never, rooms as never, reporter as never);
    return { did, handOver };
  };

  it("[K6] goes on with the others, and ends, when one could not be opened and another not be given up", async () => {
    const { did, handOver } = begin();
    await handOver.run();
    expect(did).to.have.members([
      "given up: failed",
      "given up: new, over",
      "Redis is away",
      "given up: last",
      "handed_over: last",
      "sent on: last",
    ]);
  });
});
