// What a room cannot tell a participant is refused to the room. On the test kit.
import { expect } from "chai";
import { EventRoom, MailboxFullError } from "../../../src/holdfast.ts";
import { type TestEvent, testEvent } from "../../../src/testing/index.ts";

describe("what a participant cannot be told", () => {
  let event: TestEvent;
  beforeEach(async () => {
    event = await testEvent(EventRoom, { config: { gracePeriodMs: 60_000 } });
  });
  afterEach(() => event.close());

  it("[M6] what is not JSON, too long, or too much is refused to who tells it; nothing of it is kept, and room for more comes with receipts", async () => {
    const payloads = () => phone.saw("told").map((told) => (told as { payload?: unknown }).payload);
    const phone = await event.join("me", { client: "stock" });
    const tell = (type: string, payload?: unknown) => () =>
      event.room.participants.tell("me", type, payload as never);
    const thousand = Array.from({ length: 1000 }, (_, index) => index + 1);
    const cycle = { itself: {} };
    cycle.itself = cycle;
    for (const payload of [() => 1, cycle, { at: new Date() }, { of: undefined }, Number.NaN, 1n])
      expect(tell("n", payload)).to.throw(TypeError, 'tell("n"): its payload is not JSON');
    for (const type of ["", "x".repeat(129), 7 as never]) expect(tell(type)).to.throw(RangeError, "1 to 128");
    expect(tell("n", "x".repeat(17_000))).to.throw(RangeError, "16384 bytes");
    await phone.drop();
    for (const n of thousand) tell("n", n)();
    expect(tell("n", 1001)).to.throw(MailboxFullError, "1000 messages or 262144 bytes");
    await phone.reload();
    await event.settle();
    expect(payloads()).to.deep.equal(thousand);
    expect(tell("n", 1002)(), "there is room").to.equal(true);
    await event.settle();
    await phone.drop();
    for (let n = 0; n < 16; n++) tell("n", "x".repeat(16_000))();
    expect(tell("n", "x".repeat(16_000))).to.throw(MailboxFullError, "262144 bytes");
  });
});
