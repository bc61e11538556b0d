// Recorded outages on phones of the test kit, in virtual time.
import { expect } from "chai";
import { EventRoom } from "../../../src/holdfast.ts";
import { playOutages, recordedOutages, testEvent } from "../../../src/testing/index.ts";

describe("recorded outages on phones of the kit", () => {
  it("[V72] five phones that are driven around keep their seats, and everyone is told of each outage once", async () => {
    const event = await testEvent(EventRoom);
    const witness = await event.join("witness");
    for (const { name, outages } of recordedOutages) {
      const phone = await event.join(name);
      const network = { strand: () => phone.drop(), reset: () => phone.drop(), heal: () => phone.return() };
      await playOutages(network, outages, { wait: (ms) => event.advance(ms) });
      const seen = witness.saw().filter((each) => "device_id" in each && each.device_id === name);
      expect(seen.map(({ type }) => type.replace("participant_", ""))).to.deep.equal([
        "joined",
        ...outages.flatMap(() => ["temporarily_disconnected", "reconnected"]),
      ]);
    }
    expect(event.room.participants.list("connected")).to.have.length(1 + recordedOutages.length);
    await event.close();
  });
});
