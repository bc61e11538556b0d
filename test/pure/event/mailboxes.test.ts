// The mailboxes of an event by themselves: what they keep in the store, what they take over from it, and their end.
import { expect } from "chai";
import type { ConnectedClient, Connection } from "../../../src/connections/connection.ts";
import { EventEntries } from "../../../src/event/stored/entries.ts";
import { MailboxFullError, Mailboxes } from "../../../src/event/messages/mailboxes.ts";
import type { ConnectedSeat, HeldSeat } from "../../../src/seats/seat.ts";

/** Mailboxes of everybody who has a seat, since the instant that is given; everything is stored at once. */
function mailboxesOf(seats: Record<string, number>, kept: Record<string, string> = {}, epoch?: number) {
  const sent: unknown[] = [];
  const connection = { id: "c", receipt: "pong", isAcknowledged: true, askForReceipt: () => {} };
  const client = {
    connection,
    send: (_type: string, told: unknown) => sent.push(told),
  } as unknown as ConnectedClient;
  const entries = new EventEntries({ touchEntry: (_key, whenStored) => whenStored?.(), noteEntry() {} });
  entries.restore(new Map(Object.entries(kept)));
  const seatOf = (deviceId: string) =>
    deviceId in seats ? ({ deviceId, joinedAt: seats[deviceId] } as HeldSeat) : undefined;
  const mailboxes = new Mailboxes(
    { seatOf: () => seatOf("a") as ConnectedSeat, clientOf: () => client },
    { get: seatOf },
    entries,
    { state: "ok" },
    { isHolding: false, run: (effect) => effect() },
  );
  if (epoch !== undefined) mailboxes.restore(epoch);
  return {
    mailboxes,
    sent,
    entries,
    client,
    arrive: (deviceId: string) => mailboxes.arrived(arriving(deviceId)),
  };
}
const arriving = (deviceId: string) => ({ deviceId, receipt: "pong" }) as Connection;
const message = (joined_at: number, payload: unknown) => JSON.stringify({ joined_at, type: "n", payload });

describe("an event's mailboxes", () => {
  it("[M7] take over what was stored, in the order of its numbers, and number on from the epoch", () => {
    const kept = { "tell/10/a": message(1, "b"), "tell/9/a": message(1, "a"), "timer/1": "not ours" };
    const { mailboxes, sent, entries, arrive } = mailboxesOf({ a: 1 }, kept, 5000);
    mailboxes.tell("a", "n", "c");
    arrive("a");
    mailboxes.deliver();
    expect(sent).to.deep.equal([
      { no: 9, type: "n", payload: "a", joined_at: 1 },
      { no: 10, type: "n", payload: "b", joined_at: 1 },
      { no: 5001, type: "n", payload: "c", joined_at: 1 },
    ]);
    expect([...entries.all().keys()]).to.deep.equal(["tell/10/a", "tell/9/a", "timer/1", "tell/5001/a"]);
  });

  it("[M5] [M7] drop what is of another seat, or of nobody's: an earlier version has left it", () => {
    const kept = {
      "tell/3/a": message(1, "of the seat before"),
      "tell/4/a": message(2, "of this one"),
      "tell/7/b/c": message(1, "nobody's"),
      "tell/90/d": "",
    };
    const { sent, entries, arrive, mailboxes } = mailboxesOf({ a: 2, d: 1 }, kept, 50);
    for (const device of ["a", "b/c", "d"]) arrive(device);
    expect(sent).to.deep.equal([{ no: 4, type: "n", payload: "of this one", joined_at: 2 }]);
    mailboxes.tell("d", "n", 1);
    expect(sent.length, "what is new waits for a patch").to.equal(1);
    mailboxes.deliver();
    expect(sent.at(-1), "a later number than any before").to.deep.include({ no: 91, joined_at: 1 });
    expect([...entries.all().keys()]).to.deep.equal(["tell/4/a", "tell/50/a", "tell/91/d"]);
  });

  it("[M6] hold 8 MB of an event's in all; what goes with a seat is room again", () => {
    const seats = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`d${n}`, 1]));
    const { mailboxes } = mailboxesOf(seats);
    const large = "x".repeat(16_000);
    const fill = () => {
      let count = 0;
      for (const device of Object.keys(seats))
        for (let n = 0; n < 16; n++) {
          mailboxes.tell(device, "n", large);
          count += 1;
        }
      return count;
    };
    expect(fill).to.throw(MailboxFullError, "tell: more than 8388608 bytes wait in this event");
    expect(() => mailboxes.tell("d39", "n", large))
      .to.throw(MailboxFullError)
      .with.property("deviceId", "d39");
    mailboxes.seatLeft("d0");
    expect(mailboxes.tell("d39", "n", large)).to.equal(true);
  });

  it("[M1] send nothing ahead of its patch when a receipt, or a return, comes between the commit and that", () => {
    const { mailboxes, sent, client, arrive } = mailboxesOf({ a: 1 });
    mailboxes.tell("a", "n", "first");
    mailboxes.deliver();
    mailboxes.tell("a", "n", "second");
    mailboxes.acknowledged(client, { through: 1 });
    arrive("a");
    expect(sent.length, "stored, and not shown by the state yet").to.equal(1);
    mailboxes.acknowledged(client, { through: 2 });
    mailboxes.deliver();
    expect(sent.length, "what was not sent was not handled").to.equal(2);
  });

  it("[M1] take and send nothing more when the room is given back", () => {
    const { mailboxes, sent, entries, arrive } = mailboxesOf({ a: 1 });
    mailboxes.tell("a", "n", 1);
    mailboxes.close();
    expect(mailboxes.tell("a", "n", 2)).to.equal(false);
    mailboxes.deliver();
    arrive("a");
    expect(sent).to.deep.equal([]);
    expect(entries.all().size, "what was taken is the next owner's").to.equal(1);
  });
});
