// What the room tells this participant: handled once and in order, noted before it is acknowledged, kept for its handler.
import { expect } from "chai";
import type { ToldMessage } from "../../../src/client/types/index.ts";
import { FakeBrowser, FakeEnvironment } from "../../../harness/clients/fakes/fake-environment.ts";
import { connected, type Rig } from "../../../harness/clients/fakes/fake-session.ts";

const key = "holdfast:told:e:me";
const told = (no: number, type = "n", joined_at = 1000) => ({ no, type, payload: no, joined_at });

/** The numbers that the last connection has acknowledged. */
const acked = ({ server }: Rig): number[] =>
  server.last.sentOf("told_ack").map((ack) => (ack as { through: number }).through);
const asked = ({ server }: Rig) => server.last.sentOf("presence_resume").at(-1) as { told: object };

async function returned(rig: Rig): Promise<void> {
  rig.server.last.close(1006);
  await rig.environment.advance(1000);
  expect(rig.session.status).to.equal("connected");
}

describe("client inbox", () => {
  it("[M9] notes a message when its handler has returned, then acknowledges it, and says so after every connection", async () => {
    const rig = await connected();
    expect(asked(rig).told).to.deep.equal({ joined_at: 0, through: 0 });
    const { items } = rig.environment.browser.storage;
    const seen: [unknown, ToldMessage, unknown, number[]][] = [];
    rig.session.onTold("n", (n, message) => seen.push([n, message, items.get(key), acked(rig)]));
    rig.server.last.message("told", told(1));
    rig.server.last.message("told", told(5));
    expect(seen).to.deep.equal([
      [1, { id: "1000:1", type: "n" }, undefined, []],
      [5, { id: "1000:5", type: "n" }, '{"joined_at":1000,"through":1}', [1]],
    ]);
    expect(items.get(key)).to.equal('{"joined_at":1000,"through":5}');
    await returned(rig);
    expect(asked(rig).told).to.deep.equal({ joined_at: 1000, through: 5 });
  });

  it("[M9] handles none twice: not over a connection, not after a reload; and each of another seat", async () => {
    const browser = new FakeBrowser();
    const rig = await connected({}, () => {}, new FakeEnvironment(browser));
    const seen: unknown[] = [];
    rig.session.onTold("n", (n) => seen.push(n));
    for (const no of [1, 2, 2, 1, 3]) rig.server.last.message("told", told(no));
    await returned(rig);
    for (const no of [2, 3, 4]) rig.server.last.message("told", told(no));
    const later = await connected({}, () => {}, new FakeEnvironment(browser));
    expect(asked(later).told).to.deep.equal({ joined_at: 1000, through: 4 });
    later.session.onTold("n", (n) => seen.push(n));
    for (const no of [4, 5]) later.server.last.message("told", told(no));
    for (const no of [1, 2]) later.server.last.message("told", told(no, "n", 2000));
    expect(seen).to.deep.equal([1, 2, 3, 4, 5, 1, 2]);
  });

  it("[W107] what was announced to all, and told as well, is handled once: whichever of the two it is heard by", async () => {
    const rig = await connected();
    const seen: unknown[] = [];
    rig.session.on("announcement", ({ payload }) => seen.push(payload));
    const announced = (id: string, seq: number) => ({ type: "n", payload: id, id, epoch: 1, seq, at: 1 });
    rig.server.last.message("announcement", announced("1.1", 1));
    rig.server.last.message("told", { ...told(1), announcement_id: "1.1" });
    expect([seen, acked(rig)]).to.deep.equal([["1.1"], [1]]);
    rig.session.onTold("n", (n) => seen.push(n));
    rig.server.last.message("told", { ...told(2), announcement_id: "1.2" });
    rig.server.last.message("told", told(3));
    expect(seen).to.deep.equal(["1.1", 2, 3]);
    for (let n = 3; n < 200; n++) rig.server.last.message("announcement", announced(`1.${n}`, n - 1));
    rig.server.last.message("told", { ...told(4), announcement_id: "1.199" });
    rig.server.last.message("told", { ...told(5), announcement_id: "1.1" });
    expect(seen.filter((each) => typeof each === "number")).to.deep.equal([2, 3, 5]);
  });

  it("[M9] does without a storage that refuses, and with what is in it unreadable", async () => {
    const environment = new FakeEnvironment(new FakeBrowser());
    environment.browser.storage.items.set(key, '{"joined_at":1000,"through":"x"}');
    environment.browser.storage.isForbidden = true;
    const rig = await connected({}, () => {}, environment);
    const seen: unknown[] = [];
    rig.session.onTold("n", (n) => seen.push(n));
    rig.server.last.message("told", told(1));
    await returned(rig);
    expect(asked(rig).told).to.deep.equal({ joined_at: 1000, through: 1 });
    rig.server.last.message("told", told(1));
    expect(seen).to.deep.equal([1]);
  });

  it("[M11] a message waits for its handler, with all that come after it; '*' takes what has none", async () => {
    const rig = await connected();
    const { environment, server, session } = rig;
    const seen: unknown[] = [];
    const stop = session.onTold("n", (n) => seen.push(n));
    server.last.message("told", told(1));
    server.last.message("told", told(2, "other"));
    server.last.message("told", told(3));
    expect(seen).to.deep.equal([1]);
    await environment.advance(200);
    expect(acked(rig)).to.deep.equal([1]);
    stop();
    session.onTold("*", (n, { type }) => seen.push(`${type} ${String(n)}`));
    expect(seen, "not within the call").to.deep.equal([1]);
    await environment.advance(200);
    expect(seen).to.deep.equal([1, "other 2", "n 3"]);
    expect(acked(rig).at(-1)).to.equal(3);
    session.onTold("n", (n) => seen.push(`own ${String(n)}`));
    session.onTold("n", (n) => seen.push(`another ${String(n)}`));
    server.last.message("told", told(4));
    expect(seen.slice(3)).to.deep.equal(["own 4", "another 4"]);
  });

  it("[M11] what still waits when the connection is lost comes again, and is not kept", async () => {
    const rig = await connected();
    rig.server.last.message("told", told(1));
    await returned(rig);
    const seen: unknown[] = [];
    rig.session.onTold("n", (n) => seen.push(n));
    await rig.environment.advance(10);
    expect(seen).to.deep.equal([]);
    rig.server.last.message("told", told(1));
    expect(seen).to.deep.equal([1]);
  });

  it("[M11] a handler that throws is reported, and has handled it", async () => {
    const rig = await connected();
    const seen: unknown[] = [];
    const error = new Error("the application's mistake");
    rig.session.onTold("n", () => {
      throw error;
    });
    rig.session.onTold("n", (n) => seen.push(n));
    for (const no of [1, 2]) rig.server.last.message("told", told(no));
    await rig.environment.advance(200);
    expect(seen).to.deep.equal([1, 2]);
    expect(rig.environment.reported).to.deep.equal([error, error]);
    expect(acked(rig).at(-1)).to.equal(2);
  });

  it("[M12] a page handles nothing more once another one has the seat; that one goes on where it was", async () => {
    const browser = new FakeBrowser();
    browser.hasLocks = false; // the two know of each other by the storage alone
    const older = await connected({}, () => {}, new FakeEnvironment(browser));
    const seen: unknown[] = [];
    older.session.onTold("n", (n) => seen.push(`older ${String(n)}`));
    older.server.last.message("told", told(1));
    const newer = await connected({}, () => {}, new FakeEnvironment(browser));
    expect(asked(newer).told).to.deep.equal({ joined_at: 1000, through: 1 });
    newer.session.onTold("n", (n) => seen.push(`newer ${String(n)}`));
    older.server.last.message("told", told(2));
    newer.server.last.message("told", told(2));
    await older.environment.advance(200);
    expect(seen).to.deep.equal(["older 1", "newer 2"]);
    expect(acked(older)).to.deep.equal([1]);
  });

  it("[M14] acknowledges the first at once, and then at most once in 100 ms, for all so far", async () => {
    const rig = await connected();
    rig.session.onTold("n", () => {});
    for (let no = 1; no <= 50; no++) {
      rig.server.last.message("told", told(no));
      await rig.environment.advance(10);
    }
    await rig.environment.advance(200);
    expect(acked(rig)).to.deep.equal([1, 10, 20, 30, 40, 50]);
    for (let no = 51; no <= 60; no++) rig.server.last.message("told", told(no));
    const { timers } = rig.environment;
    rig.server.last.close(1006);
    expect(rig.environment.timers, "no timer of a connection that is lost").to.be.at.most(timers);
    await rig.environment.advance(1000);
    expect(acked(rig)).to.deep.equal([]);
    expect(asked(rig).told).to.deep.equal({ joined_at: 1000, through: 60 });
  });

  it("[M11] what a room author calls told, without a number, is the author's, and in nobody's way", async () => {
    const { server, session } = await connected();
    const [seen, handled]: unknown[][] = [[], []];
    session.onMessage("told", (payload) => seen?.push(payload));
    session.onTold("n", (n) => handled?.push(n));
    const authors = [null, undefined, 7, "text", { no: 7 }, { type: "n", joined_at: 1 }];
    for (const payload of [...authors, told(1)]) server.last.message("told", payload);
    expect(seen).to.deep.equal(authors);
    expect(handled).to.deep.equal([1]);
  });
});
