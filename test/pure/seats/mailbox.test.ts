// A seat's mailbox: its bounds, its portions, and what a receipt settles.
import { expect } from "chai";
import { Mailbox, mailboxLimits, toldWindow } from "../../../src/seats/mailbox.ts";

/** A mailbox with so many messages of a size, all of them stored. */
function filled(count: number, bytes = 10): Mailbox {
  const mailbox = new Mailbox(0);
  for (let n = 1; n <= count; n++) {
    expect(mailbox.reserve(bytes)).to.equal(true);
    mailbox.add(`message ${n}`, bytes);
  }
  mailbox.released(count);
  return mailbox;
}
const numbers = (messages: readonly { readonly no: number }[]) => messages.map(({ no }) => no);

describe("a mailbox", () => {
  it("[M6] takes so many messages and so many bytes, what is only reserved included", () => {
    const many = filled(mailboxLimits.messages - 1);
    expect(many.reserve(1)).to.equal(true);
    expect(many.reserve(1)).to.equal(false);
    many.release(1);
    expect(many.reserve(1)).to.equal(true);
    many.add("the last", 1);
    expect(many.reserve(1)).to.equal(false);
    many.handled(1);
    expect(many.reserve(1)).to.equal(true);
    const large = new Mailbox(0);
    expect(large.reserve(mailboxLimits.bytes)).to.equal(true);
    expect(large.reserve(1)).to.equal(false);
    large.release(mailboxLimits.bytes);
    expect(large.bytes).to.equal(0);
  });

  it("[M8] sends what is stored, a window's worth at a time, in messages and in bytes, but always one", () => {
    const mailbox = filled(toldWindow.messages + 3);
    const first = mailbox.portionFor("a");
    expect(first).to.have.length(toldWindow.messages);
    expect(mailbox.portionFor("a")).to.deep.equal([]);
    mailbox.handled(2);
    expect(numbers(mailbox.portionFor("a"))).to.deep.equal([
      toldWindow.messages + 1,
      toldWindow.messages + 2,
    ]);
    const large = filled(5, toldWindow.bytes / 2);
    expect(numbers(large.portionFor("a"))).to.deep.equal([1, 2]);
    large.handled(1);
    expect(numbers(large.portionFor("a"))).to.deep.equal([3]);
    expect(numbers(filled(3, toldWindow.bytes + 1).portionFor("a"))).to.deep.equal([1]);
    const unstored = filled(1);
    unstored.reserve(1);
    unstored.add("not stored", 1);
    expect(numbers(unstored.portionFor("a"))).to.deep.equal([1]);
    unstored.released(2);
    expect(numbers(unstored.portionFor("a"))).to.deep.equal([2]);
  });

  it("[M2] begins with the oldest over another connection, and sends nothing twice over one", () => {
    const mailbox = filled(5);
    expect(numbers(mailbox.portionFor("a"))).to.deep.equal([1, 2, 3, 4, 5]);
    expect(numbers(mailbox.handled(2))).to.deep.equal([1, 2]);
    expect(numbers(mailbox.portionFor("b"))).to.deep.equal([3, 4, 5]);
    expect(mailbox.portionFor("b")).to.deep.equal([]);
    expect(numbers(mailbox.handled(2)), "an old receipt").to.deep.equal([]);
    expect(numbers(mailbox.handled(5))).to.deep.equal([3, 4, 5]);
    expect(mailbox.bytes).to.equal(0);
  });

  it("[M6] believes no receipt of what is not stored yet", () => {
    const mailbox = filled(1);
    mailbox.reserve(1);
    mailbox.add("not stored", 1);
    expect(numbers(mailbox.handled(Number.MAX_SAFE_INTEGER))).to.deep.equal([1]);
    mailbox.released(2);
    expect(numbers(mailbox.portionFor("a"))).to.deep.equal([2]);
  });

  it("[M7] goes on after what a store has kept, and after the number that it is given", () => {
    const kept = [
      { no: 7, text: "a", bytes: 1 },
      { no: 9, text: "b", bytes: 1 },
    ];
    const mailbox = new Mailbox(100, kept);
    expect({ last: mailbox.last, bytes: mailbox.bytes }).to.deep.equal({ last: 100, bytes: 2 });
    mailbox.reserve(1);
    expect(mailbox.add("c", 1).no).to.equal(101);
    expect(numbers(mailbox.portionFor("a"))).to.deep.equal([7, 9]);
    expect(new Mailbox(3, kept).last).to.equal(9);
  });
});
