// When a host's action is refused before anything is done, and how much of a large one is done in one turn of the event loop.
import { deepEqual, equal, rejects } from "node:assert/strict";
import { HostActions } from "../../../src/event/host-actions.ts";
import type { EventChange } from "../../../src/protocol/event-details.ts";
import { parseHostAction } from "../../../src/protocol/incoming/requests.ts";
import type { HostAction } from "../../../src/protocol/session.ts";
import type { HeldSeat } from "../../../src/seats/seat.ts";
import type { StoreState } from "../../../src/store/committer.ts";

/** An event, as far as a host's actions touch it: notes what is done to it. */
class FakeEvent {
  readonly epoch = 7;
  isClosed = false;
  state: StoreState = "ok";
  isStored = true;
  devices: string[] = [];
  readonly announcer = { isClosed: false };
  readonly done: string[] = [];
  readonly changes: EventChange[] = [];
  readonly participants = {
    kick: (deviceId: string) => this.#note(`kick ${deviceId}`),
    unkick: (deviceId: string) => this.#note(`readmit ${deviceId}`),
    extendGrace: () => false,
    expireNow: () => false,
  };
  readonly mailboxes = {
    tell: (deviceId: string, _type: string, _payload: unknown, id?: string) =>
      this.#note(`tell ${deviceId} ${id}`),
  };
  readonly announcements = {
    announce: (_type: string, _payload: unknown, id?: string) => this.#note(`announce ${id}`),
  };
  readonly details = { change: (change: EventChange) => void this.changes.push(change) };
  readonly batch = { stored: () => Promise.resolve(this.isStored) };
  readonly actions = new HostActions(this, this, this);

  #note(done: string): boolean {
    this.done.push(done);
    return true;
  }

  close(): Promise<void> {
    this.done.push("close");
    return Promise.resolve();
  }

  seats(): IterableIterator<HeldSeat> {
    return this.devices.map((deviceId) => ({ deviceId }) as HeldSeat).values();
  }

  away(): string[] {
    return this.devices;
  }

  kicked(): string[] {
    return this.devices;
  }
}

const everything: readonly HostAction[] = [
  { action: "kick", device_id: "ann" },
  { action: "readmit", to: "all" },
  { action: "message", to: "all", text: "t" },
  { action: "lock" },
  { action: "change", title: "t" },
  { action: "close_event" },
];

describe("a host's actions", () => {
  it("[W100] nothing is done in an event that is closed, being moved, or cannot be stored", async () => {
    const states: [code: number, reason: string, (event: FakeEvent) => void][] = [
      [410, "closed", (event) => (event.isClosed = true)],
      [503, "moving", (event) => (event.announcer.isClosed = true)],
      [503, "suspended", (event) => (event.state = "suspended")],
    ];
    for (const [code, reason, make] of states)
      for (const action of everything) {
        const event = new FakeEvent();
        make(event);
        await rejects(event.actions.perform(action), { code, reason });
        deepEqual([event.done, event.changes], [[], []]);
      }
  });

  it("[W100] what is decided and not stored in time is no success", async () => {
    const event = new FakeEvent();
    event.isStored = false;
    await rejects(event.actions.perform({ action: "kick", device_id: "ann" }), {
      code: 503,
      reason: "suspended",
    });
    deepEqual(event.done, ["kick ann"]);
    deepEqual(await event.actions.perform({ action: "close_event" }), { done: true });
  });

  it("[W101] of many people a thousand are acted on in one turn of the event loop, and the rest follow", async () => {
    const event = new FakeEvent();
    event.devices = Array.from({ length: 2500 }, (_, index) => `${index}`);
    const result = event.actions.perform({ action: "kick", to: "all" });
    equal(event.done.length, 1000);
    const turns: number[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      await new Promise(setImmediate);
      turns.push(event.done.length);
    }
    deepEqual(turns, [2000, 2500, 2500, 2500]);
    deepEqual(await result, { done: true, done_for: event.devices });
  });

  it("[W107] a message to all is announced under an id, and told under it to who is away, a thousand in one turn", async () => {
    const event = new FakeEvent();
    event.devices = Array.from({ length: 1500 }, (_, index) => `${index}`);
    const result = event.actions.perform({ action: "message", to: "all", text: "t" });
    equal(event.done.length, 1001);
    deepEqual(await result, { done: true });
    deepEqual(event.done, ["announce 7.1", ...event.devices.map((device) => `tell ${device} 7.1`)]);
    event.devices = ["ann"];
    event.done.length = 0;
    await event.actions.perform({ action: "message", to: "all", text: "t" });
    deepEqual(event.done, ["announce 7.2", "tell ann 7.2"]);
  });

  it("[W99] lock, unlock and change are changes of the event's details, and leave out what is not said", async () => {
    const event = new FakeEvent();
    const parsed = parseHostAction({ action: "change", title: undefined, capacity: 30, is_locked: false });
    const change = "value" in parsed ? parsed.value : { action: "lock" as const };
    for (const action of [{ action: "lock" }, { action: "unlock" }, change] as HostAction[])
      deepEqual(await event.actions.perform(action), { done: true });
    deepEqual(event.changes, [{ is_locked: true }, { is_locked: false }, { capacity: 30, is_locked: false }]);
  });
});
