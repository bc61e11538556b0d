// Several tabs of one browser, and the one storage between them: who has the seat, who has the outbox, and who only
// looks like having lost them.
import { expect } from "chai";
import { judge, type OutboxTaken, taking } from "../../../src/seats/outbox.ts";
import { breathe, FakeBrowser, FakeEnvironment } from "../../../harness/clients/fakes/fake-environment.ts";
import type { FakeServer } from "../../../harness/clients/fakes/fake-server.ts";
import { connected, rigged } from "../../../harness/clients/fakes/fake-session.ts";

const reasonOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "fulfilled",
    (error: { reason?: string; message: string }) => error.reason ?? error.message,
  );

describe("client tabs", () => {
  it("[C9] an observer of the same device touches neither the participant's seat nor its outbox", async () => {
    const browser = new FakeBrowser();
    const participant = await connected({}, undefined, new FakeEnvironment(browser));
    participant.server.last.close(1006);
    void participant.session.publish("say", 1);
    const kept = new Map(browser.storage.items);
    const observer = await connected({ role: "observer" }, undefined, new FakeEnvironment(browser));
    expect(await reasonOf(observer.session.publish("say", 2))).to.equal("refused");
    expect(observer.session.pendingPublishes).to.equal(0);
    await observer.session.leave();
    expect(browser.storage.items).to.deep.equal(kept);
    void participant.session.publish("say", 3);
    await participant.environment.advance(1000);
    expect(participant.session.status).to.equal("connected");
    expect(participant.session.pendingPublishes).to.equal(2);
  });

  it("[C9] a storage that the application empties is not another tab", async () => {
    const { environment, server, session } = await connected();
    void session.publish("say", 1);
    environment.browser.storage.items.clear();
    void session.publish("say", 2);
    await environment.advance(100);
    expect(session.status).to.equal("connected");
    const published = server.last.sentOf("outbox_publish") as { messages: unknown[] }[];
    expect(published.flatMap(({ messages }) => messages).length).to.equal(2);
  });

  it("[C9] two tabs that claim the seat at the same moment, and hear of each other: one of them keeps it", async () => {
    const browser = new FakeBrowser();
    browser.hasChannel = true;
    const tabs = [0, 1].map(() => rigged({}, undefined, new FakeEnvironment(browser)));
    for (const { environment } of tabs) await environment.advance(1000);
    expect(tabs.map(({ session }) => session.status)).to.deep.equal(["left", "connected"]);
    expect(tabs.map(({ session }) => session.state.endReason)).to.deep.equal(["replaced", undefined]);
  });

  it("[C26] where pages cannot tell each other, whoever the server lets in last has the outbox, and can use it", async () => {
    const browser = new FakeBrowser();
    browser.hasLocks = false;
    const slow = (server: FakeServer) => (server.onDial = () => {});
    const older = rigged({}, slow, new FakeEnvironment(browser));
    const before = reasonOf(older.session.publish("say", 1));
    const newer = rigged({}, undefined, new FakeEnvironment(browser));
    await newer.environment.advance(100);
    older.server.letIn(older.server.last); // the server hears of it later, and has it replace the newer one
    await older.environment.advance(100);
    newer.server.last.close(4501);
    expect(await before).to.equal("handed_over");
    void older.session.publish("say", 2);
    await older.environment.advance(100);
    expect([older.session.status, newer.session.state.endReason]).to.deep.equal(["connected", "replaced"]);
    const sent = older.server.last.sentOf("outbox_publish") as { messages: { payload: unknown }[] }[];
    expect(sent.flatMap(({ messages }) => messages.map(({ payload }) => payload))).to.deep.equal([1, 2]);
  });

  it("[C9] who has lost the seat to another tab sends nothing more, and leaves its socket to the server for 5 s", async () => {
    const browser = new FakeBrowser();
    const older = await connected({}, undefined, new FakeEnvironment(browser));
    await connected({}, undefined, new FakeEnvironment(browser));
    expect(older.session.state).to.include({ status: "left", endReason: "replaced" });
    const { last } = older.server;
    const sent = last.sent.length;
    await older.environment.advance(4900);
    expect(last).to.include({ isDropped: false, hasLeft: false });
    expect(last.sent.length).to.equal(sent);
    await older.environment.advance(200);
    expect(last).to.include({ isDropped: true, hasLeft: false });
    expect(older.environment.timers).to.equal(0);
  });

  it("[C9] the server's close code for it is the end of that socket, and of no other", async () => {
    const browser = new FakeBrowser();
    const older = await connected({}, undefined, new FakeEnvironment(browser));
    await connected({}, undefined, new FakeEnvironment(browser));
    const { last } = older.server;
    older.session.reconnectNow();
    await older.environment.advance(10);
    last.close(4501);
    await older.environment.advance(100);
    expect(older.session.status).to.equal("connected");
    expect(older.server.connections.length).to.equal(2);
  });

  it("[C9] another device with this identity delivers nothing of ours: what waits is kept for reconnectNow()", async () => {
    const { environment, server, session } = await connected();
    const waiting = reasonOf(session.publish("say", 1));
    server.last.close(4501);
    expect(session.state.endReason).to.equal("replaced");
    expect(await waiting).to.equal("ended");
    expect(await reasonOf(session.publish("say", 2))).to.equal("ended");
    session.reconnectNow();
    await environment.advance(200);
    expect(session.pendingPublishes).to.equal(1);
    expect(server.last.sentOf("outbox_publish").length).to.equal(1);
  });

  it("[C20] a room whose store went back behind what it had acknowledged stops nobody", async () => {
    let taken: OutboxTaken | null = null;
    const { environment, server, session } = await connected({}, (fake) => {
      fake.resume = () => ({ outbox: taken === null ? null : { ...taken, refused: [] } });
      fake.onPublish = (connection, frame: { stream: string; first: number; messages: unknown[] }) => {
        for (const index of frame.messages.keys())
          if (judge(taken, frame.stream, frame.first + index) === "apply")
            taken = taking(taken, frame.stream, frame.first + index, undefined, 64);
        connection.message("outbox_ack", taken ?? { stream: frame.stream, last: 0, refused: [] });
      };
    });
    for (let word = 0; word < 5; word++)
      await Promise.all([session.publish("say", word), environment.advance(100)]);
    taken = { ...(taken as unknown as OutboxTaken), last: 3 };
    server.last.close(1006);
    await environment.advance(5000);
    let outcome = "pending";
    void reasonOf(session.publish("say", "after")).then((settled) => {
      outcome = settled;
    });
    await environment.advance(5000);
    expect(outcome).to.equal("fulfilled");
  });

  it("[C9] nothing that an old connection still receives is announced", async () => {
    const browser = new FakeBrowser();
    const older = await connected({}, undefined, new FakeEnvironment(browser));
    const received: unknown[] = [];
    older.session.onMessage("news", (payload) => received.push(payload));
    await connected({}, undefined, new FakeEnvironment(browser));
    const { length } = older.announced;
    older.server.last.message("news", 1);
    older.server.last.message("participant_joined", { device_id: "you", user_id: "u" });
    older.server.last.state(older.server.state);
    older.server.last.close(4501);
    expect([received, older.announced.slice(length)]).to.deep.equal([[], []]);
  });

  it("[C9] the newest tab has the seat; the older one ends as replaced, leaves its socket to the server without leaving, and takes it back when asked", async () => {
    const browser = new FakeBrowser();
    const older = await connected({}, undefined, new FakeEnvironment(browser));
    const pending = reasonOf(older.session.publish("x", 1));
    const newer = await connected({}, undefined, new FakeEnvironment(browser));
    await breathe();
    expect(older.session.state).to.include({ status: "left", endReason: "replaced" });
    expect(older.server.last).to.include({ isDropped: false, hasLeft: false });
    expect(await pending).to.equal("handed_over");
    expect(await reasonOf(older.session.publish("x", 2))).to.equal("handed_over");
    expect(newer.session.pendingPublishes).to.equal(1);
    older.session.reconnectNow();
    await older.environment.advance(10);
    expect(older.session.status).to.equal("connected");
    expect(newer.session.state).to.include({ status: "left", endReason: "replaced" });
  });

  it("[C9] without locks the outbox still has one owner, and the older tab learns it when it publishes", async () => {
    const browser = new FakeBrowser();
    browser.hasLocks = false;
    const older = await connected({}, undefined, new FakeEnvironment(browser));
    const newer = await connected({}, undefined, new FakeEnvironment(browser));
    expect(await reasonOf(older.session.publish("x", 2))).to.equal("handed_over");
    expect(older.session.state).to.include({ status: "left", endReason: "replaced" });
    expect(newer.session.status).to.equal("connected");
  });

  it("[C9] observers have no seat: any number of tabs may watch", async () => {
    const browser = new FakeBrowser();
    const one = await connected({ role: "observer" }, undefined, new FakeEnvironment(browser));
    await connected({ role: "observer" }, undefined, new FakeEnvironment(browser));
    await breathe();
    expect(one.session.status).to.equal("connected");
    expect(await reasonOf(one.session.publish("x"))).to.equal("refused");
  });
});
