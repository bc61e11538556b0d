// The quiet time, on the test kit: what a bystander with a stock client sees of a blip, and of an absence that lasts.
import { expect } from "chai";
import { EventRoom } from "../../../src/holdfast.ts";
import { type TestEvent, testEvent } from "../../../src/testing/index.ts";

describe("quiet time, on the wire", () => {
  const [quietTimeMs, gracePeriodMs] = [600, 1500];
  let event: TestEvent;
  beforeEach(async () => {
    event = await testEvent(EventRoom, { config: { quietTimeMs, gracePeriodMs } });
  });
  afterEach(() => event.close());

  const joined = { type: "participant_joined", device_id: "ann" };
  const together = async () => [
    await event.join("witness", { client: "stock" }),
    await event.join("ann", { client: "stock" }),
  ];

  it("[F1] a blip is seen by nobody; the one who came back is told so, and everyone agrees on the state", async () => {
    const [witness, ann] = await together();
    await ann?.drop();
    expect(event.room.participants.graceRemainingMs("ann")).to.equal(gracePeriodMs);
    for (let ms = 0; ms < quietTimeMs - 1; ms += 100) {
      await event.advance(Math.min(100, quietTimeMs - 1 - ms));
      expect(witness?.roster.ann?.status).to.equal("connected");
    }
    await ann?.reload();
    expect(ann?.saw()).to.deep.equal([{ type: "participant_reconnected", device_id: "ann" }]);
    await event.advance(quietTimeMs + 300);
    expect(witness?.saw()).to.deep.equal([joined]);
    expect(witness?.roster.ann?.status).to.equal("connected");
    expect(event.room.participants.counts).to.include({ connected: 2, held: 0 });
  });

  it("[F1] an absence that lasts is told when the quiet time is over, state first, and ends at its deadline", async () => {
    const [witness, ann] = await together();
    const at = event.clock.now();
    await ann?.drop();
    await event.advance(quietTimeMs - 1);
    expect(witness?.roster.ann?.status).to.equal("connected");
    expect(witness?.saw()).to.deep.equal([joined]);
    await event.advance(1);
    expect(witness?.roster.ann).to.include({ status: "temporarily_disconnected", disconnected_at: at });
    const away = {
      type: "participant_temporarily_disconnected",
      device_id: "ann",
      reason: "connection_lost",
    };
    expect(witness?.saw()).to.deep.equal([joined, away]);
    expect(witness?.received.at(-1)).to.deep.include({ at: at + quietTimeMs });
    expect(witness?.received.at(-1)?.payload).to.include({ grace_expires_at: at + gracePeriodMs });
    await event.advance(gracePeriodMs - quietTimeMs - 1);
    expect(witness?.saw()).to.have.length(2);
    await event.advance(1);
    expect(witness?.saw().at(-1)).to.deep.equal({
      type: "participant_left",
      device_id: "ann",
      reason: "grace_expired",
    });
    expect(witness?.received.at(-1)?.at).to.equal(at + gracePeriodMs);
  });
});
