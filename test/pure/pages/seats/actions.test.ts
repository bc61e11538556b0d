// What is said about a host's action: to whom it was done, to whom not, and the way back.
import { expect } from "chai";
import { speakFrom } from "../../../../harness/pages/words.ts";
import type { SeatRow } from "../../../../src/pages/core/seats/rows.ts";
import { type Notice, SeatActions } from "../../../../src/pages/host/seats/seat-actions.ts";
import type { HostAction, HostActionResult } from "../../../../src/protocol/session.ts";

const row = (name: string): SeatRow => ({
  key: name,
  kind: "away",
  name,
  mark: "",
  deviceId: name,
  userId: "",
  since: 0,
  until: 1,
  reason: "",
  isKeptOut: false,
  joinedAt: 0,
  drops: 0,
  isExpected: undefined,
});

describe("pages: what came of a host's action", () => {
  before(() => speakFrom("en"));

  /** What is said of an action that a server answers so. */
  async function said(
    answer: (action: HostAction) => HostActionResult | undefined,
    does: (actions: SeatActions) => void,
  ): Promise<{ notice: Notice | undefined; asked: HostAction[] }> {
    const asked: HostAction[] = [];
    const notices: (Notice | undefined)[] = [];
    const act = (action: HostAction) => {
      asked.push(action);
      return Promise.resolve(answer(action));
    };
    const actions = new SeatActions(act, (notice) => notices.push(notice));
    does(actions);
    for (let turns = 0; turns < 20; turns += 1) await Promise.resolve();
    actions.stop();
    return { notice: notices.at(-1), asked };
  }
  const plain = (notice: Notice | undefined) => notice?.text.replace(/[\u2068\u2069]/g, "");

  it("[B126] who is let in again while the event is locked does not get in yet, and that is said", async () => {
    const { notice } = await said(
      () => ({ done: true }),
      (actions) => {
        actions.isEventLocked = true;
        actions.readmit([row("Ann")]);
      },
    );
    expect(plain(notice)).to.equal("Ann may come again. The event is locked: unlock it to let them in.");
  });

  it("[B126] one is named, several are counted, and for whom it was not done is said", async () => {
    const people = ["Ann", "Bob", "Cem"].map(row);
    const one = await said(
      () => ({ done: true }),
      (actions) => actions.extend(people.slice(0, 1), 30_000),
    );
    expect(plain(one.notice)).to.equal("Ann has more time.");
    expect(one.asked).to.deep.equal([{ action: "extend_grace", by_ms: 30_000, device_id: "Ann" }]);
    const some = await said(
      () => ({ done: true, done_for: ["Ann", "Cem"] }),
      (actions) => actions.extend(people, 1),
    );
    expect(plain(some.notice)).to.equal(
      "2 people have more time. For one person it was not possible any more.",
    );
    const away = await said(
      () => ({ done: true, done_for: ["Ann", "Zoe"] }),
      (actions) => actions.extendAway(people, 1),
    );
    expect(plain(away.notice)).to.contain("2 people have more time.");
    expect(away.asked).to.deep.equal([{ action: "extend_grace", by_ms: 1, to: "away" }]);
  });

  it("[B126] a removal offers the way back for those who were removed, and for nobody else", async () => {
    const people = ["Ann", "Bob"].map(row);
    const { notice } = await said(
      () => ({ done: true, done_for: ["Bob"] }),
      (actions) => actions.remove(people),
    );
    expect(notice?.undo.map(({ name }) => name)).to.deep.equal(["Bob"]);
  });

  it("[B126] what was not done at all is left to whoever carries it out", async () => {
    for (const answer of [undefined, { done: false }, { done: false, error: "No." }])
      expect(
        (
          await said(
            () => answer,
            (actions) => actions.endWait([row("Ann")]),
          )
        ).notice,
      ).to.equal(undefined);
  });

  it("[B126] thousands are acted on a thousand at a time, until it fails", async () => {
    const people = Array.from({ length: 2500 }, (_, number) => row(String(number)));
    const { notice, asked } = await said(
      (action) => ("device_ids" in action && action.device_ids.includes("2000") ? undefined : { done: true }),
      (actions) => actions.message(people, "Hello"),
    );
    expect(asked.map((action) => ("device_ids" in action ? action.device_ids.length : 0))).to.deep.equal([
      1000, 1000, 500,
    ]);
    expect(plain(notice)).to.equal(
      "The message is on its way to 2,000 people. For 500 people it was not possible any more.",
    );
  });
});
