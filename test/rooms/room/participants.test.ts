// Participants of an event and who watches them: what each is shown and told of the others, with a stock client, on the
// test kit.
import { expect } from "chai";
import { EventRoom } from "../../../src/holdfast.ts";
import { type Phone, type TestEvent, testEvent } from "../../../src/testing/index.ts";

const config = { gracePeriodMs: 1500 };
const stock = { client: "stock" } as const;
const about = (device_id: string) => ({
  joined: { type: "participant_joined", device_id },
  away: { type: "participant_temporarily_disconnected", device_id, reason: "connection_lost" },
  back: { type: "participant_reconnected", device_id },
  left: { type: "participant_left", device_id, reason: "consented" },
});
const { joined, away, back, left } = about("ann");

describe("the participants of an event", () => {
  let event: TestEvent;
  let witness: Phone;
  let ann: Phone;
  beforeEach(async () => {
    event = await testEvent(EventRoom, { config });
    witness = await event.join("witness", stock);
    ann = await event.join("ann", stock);
  });
  afterEach(() => event.close());

  it("[J9] the first state shows the one who joined, with the event's settings", async () => {
    expect(ann.state).to.include({ grace_period_ms: 1500, heartbeat_interval_ms: 10_000 });
    const options = { user_id: "u1", display_name: "Bob" };
    const other = await event.join("other", { ...stock, options });
    expect(other.roster.other).to.include({
      device_id: "other",
      user_id: "u1",
      display_name: "Bob",
      status: "connected",
      reason: "",
      disconnected_at: 0,
      grace_expires_at: 0,
    });
    expect(ann.saw()).to.deep.equal([about("other").joined]);
    expect(witness.saw()).to.deep.equal([joined, about("other").joined]);
  });

  it("[E5] takeover of a live seat: 4501 for the old socket, and only the returner hears of it", async () => {
    const tab = await ann.takeOver();
    expect(tab.saw()).to.deep.equal([back]);
    expect(ann.closedWith).to.equal(4501);
    await event.advance(200);
    expect(witness.saw()).to.deep.equal([joined]);
    expect(witness.roster.ann?.status).to.equal("connected");
    await tab.send("heartbeat");
    expect(
      tab.received.map(({ type }) => type),
      "the new socket lives",
    ).to.include("heartbeat_ack");
  });

  it("[L3] heartbeats are acknowledged with the server's time, and tracked", async () => {
    await event.advance(100);
    await ann.send("heartbeat");
    const now = event.clock.now();
    expect(ann.received.at(-1)).to.deep.include({ type: "heartbeat_ack", payload: { server_time: now } });
    expect(event.room.participants.get("ann")?.lastHeartbeatAt).to.equal(now);
    expect(JSON.stringify(ann.state)).to.not.contain("heartbeat_at");
  });

  it("[O1] an observer has no seat, is announced to nobody, and receives everything", async () => {
    const observer = await event.observe(stock);
    expect(Object.keys(observer.roster)).to.have.members(["witness", "ann"]);
    await ann.drop();
    await ann.return();
    expect(observer.saw()).to.deep.equal([away, back]);
    await observer.drop();
    await ann.leave();
    expect(witness.saw()).to.deep.equal([joined, away, back, left]);
    expect(Object.keys(witness.roster)).to.deep.equal(["witness"]);
    expect(event.room.participants.counts).to.include({ connected: 1, held: 0 });
  });
});

describe("names of participants", () => {
  it("[J4] ids named like members of Object.prototype: join, drop, return, leave and join again, with a bystander", async () => {
    for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty", "🎉"]) {
      const event = await testEvent(EventRoom, { config, eventId: name });
      try {
        const story = about(name);
        const bystander = await event.join("bystander", stock);
        // what is in every object has no status
        const statusOf = () => (bystander.roster as Record<string, { status?: string }>)[name]?.status;
        for (let round = 0; round < 2; round++) {
          bystander.forget();
          const phone = await event.join(name, stock);
          expect(statusOf(), name).to.equal("connected");
          const sessions = event.room.clients.map(({ sessionId }) => sessionId);
          await phone.drop();
          expect(statusOf(), name).to.equal("temporarily_disconnected");
          await phone.return();
          expect(phone.saw("participant_reconnected")).to.deep.equal([story.back]);
          expect(statusOf(), name).to.equal("connected");
          const now = event.room.clients.map(({ sessionId }) => sessionId);
          expect(now, "it came back by its token").to.have.members(sessions);
          await phone.leave();
          expect(statusOf(), name).to.equal(undefined);
          expect(bystander.saw()).to.deep.equal([story.joined, story.away, story.back, story.left]);
        }
        await bystander.send("heartbeat");
        expect(bystander.received.at(-1)?.type, "the bystander is served").to.equal("heartbeat_ack");
      } finally {
        await event.close();
      }
    }
  });
});
