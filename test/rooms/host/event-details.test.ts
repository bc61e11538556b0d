// What clients are told of the event's details (`event_details`): who is told, how much, when, and never twice. On the test kit;
// phones that speak as a stock client does, and ask, show every message as it came.
import { deepEqual, equal } from "node:assert/strict";
import type { EventDetails, HostEventDetails } from "../../../src/protocol/event-details.ts";
import { type HostPhone, type Phone, type TestEvent, testEvent } from "../../../src/testing/index.ts";

const stock = { client: "stock" } as const;

describe("event_details", () => {
  let event: TestEvent;
  let host: HostPhone;

  beforeEach(async () => {
    event = await testEvent(undefined, { config: { gracePeriodMs: 20_000, maxParticipants: 50 } });
    host = await event.host();
  });
  afterEach(() => event.close());

  const sentTo = (phone: Pick<Phone, "received">): EventDetails[] =>
    phone.received
      .filter(({ type }) => type === "event_details")
      .map(({ payload }) => payload as EventDetails);

  /** A phone that shows every message, and has asked. */
  async function asking(name: string): Promise<Phone> {
    const phone = await event.join(name, stock);
    await phone.send("presence_resume", { event_details: true });
    return phone;
  }

  it("[W102] tells who asks what everyone may know, hosts more, and nobody else anything", async () => {
    const ann = await asking("ann");
    const eve = await event.join("eve", stock);
    await eve.send("presence_resume", {});
    await host.act({ action: "change", title: "Quiz", expected_names: ["Ann"] });
    const shown = {
      event_id: event.eventId,
      type: "EventRoom", // as the kit calls it: by its class
      title: "Quiz",
      capacity: 50,
      grace_period_ms: 20_000,
      who_may_join: "anyone",
      is_locked: false,
      created_at: host.details?.created_at,
    };
    deepEqual(sentTo(ann), [{ ...shown, title: "" }, shown]);
    deepEqual(host.details, { ...shown, expected_names: ["Ann"], removed: [], removed_total: 0 });
    deepEqual((await event.observe()).details, shown);
    deepEqual(sentTo(eve), []);
    equal((shown.created_at ?? 0) > 0, true);
  });

  it("[W103] once, and again with each change: one message for all that a host does at once", async () => {
    const ann = await asking("ann");
    await event.join("ben");
    await event.join("cem");
    const before = host.details;
    await host.act({ action: "kick", device_id: "nobody" });
    equal(host.details, before, "nothing has changed");
    await host.actOn({ action: "kick", device_ids: ["ben", "cem"] });
    const removed = (host.details as HostEventDetails | undefined)?.removed;
    deepEqual(removed?.map(({ device_id, display_name }) => [device_id, display_name]).toSorted(), [
      ["ben", "ben"],
      ["cem", "cem"],
    ]);
    equal(
      removed?.every(({ at }) => at > 0),
      true,
    );
    await host.act({ action: "lock" });
    await host.act({ action: "lock" });
    await event.advance(1100);
    await ann.send("presence_resume", { event_details: true });
    deepEqual(
      sentTo(ann).map(({ is_locked }) => is_locked),
      [false, true],
    );
    await host.actOn({ action: "readmit", to: "all" });
    deepEqual((host.details as HostEventDetails | undefined)?.removed, []);
    await ann.drop();
    await host.act({ action: "unlock" });
    equal(sentTo(ann).length, 2, "who is away is told nothing");
  });

  it("[W103] on a return, and from the next server: what is stored, with whom was removed", async () => {
    const ann = await event.join("ann");
    await event.join("ben");
    await ann.drop();
    await host.act({ action: "change", title: "Quiz" });
    equal(ann.details?.title, "");
    await ann.return();
    equal(ann.details?.title, "Quiz");
    await host.act({ action: "kick", device_id: "ben" });
    const before = host.details;
    await event.crash();
    await ann.return();
    equal(ann.details?.title, "Quiz");
    deepEqual((await event.host()).details, before);
  });

  it("[W103] is told when it is stored, behind the patch, and not before", async () => {
    const ann = await asking("ann");
    await event.holdStore();
    const asked = host.act({ action: "change", title: "Quiz", grace_period_ms: 60_000 });
    await event.settle();
    equal(sentTo(ann).length, 1);
    await event.releaseStore();
    await asked;
    deepEqual(
      sentTo(ann).map(({ title }) => title),
      ["", "Quiz"],
    );
    equal(ann.state.grace_period_ms, 60_000);
  });
});
