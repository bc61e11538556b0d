// What `holdfast/react` promises, on a page in a real browser and with a real server that is killed while it runs: the same tests for
// each version of React.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Browser, BrowserContext } from "playwright-core";
import { launch } from "../browsers/browser.ts";
import { identity, newEvent, Phone } from "../clients/phone.ts";
import { type Bundles, bundles } from "../react/bundles.ts";
import { ReactPage } from "../react/react-page.ts";
import { freePort } from "../servers/free-port.ts";
import { type ServerProcess, startServer } from "../servers/server-process.ts";
import { until } from "../wait.ts";

/** @param folder whose node_modules hold the React */
export function reactSuite(folder: string): void {
  let env: Record<string, string>;
  let data: string;
  let server: ServerProcess;
  let browser: Browser;
  let built: Bundles;
  const pages: ReactPage[] = [];

  const start = () => startServer(env, "harness/react/quiz-server.ts");
  before(async () => {
    data = mkdtempSync(join(tmpdir(), "holdfast-react-"));
    env = {
      PORT: String(await freePort()),
      STORE_URL: `file:${join(data, "events.db")}`,
      GRACE_PERIOD_MS: "20000",
    };
    [server, browser, built] = await Promise.all([start(), launch(), bundles(folder, "development")]);
  });
  afterEach(async () => {
    await Promise.all(pages.splice(0).map((page) => page.close()));
  });
  after(async () => {
    await browser?.close();
    await server?.kill();
    rmSync(data, { recursive: true, force: true });
  });

  /** On a device of its own, or in another tab of one. */
  async function open(html = "", device?: BrowserContext): Promise<ReactPage> {
    const context = device ?? (await browser.newContext());
    const page = await ReactPage.open(context, server.url, built, html);
    pages.push(page);
    return page;
  }

  /** Somebody else in the event, with a stock client. */
  const witnessOf = (eventId: string) => Phone.join(server.url, identity(eventId));
  const words = (witness: Phone, deviceId: string) =>
    witness.story(deviceId).map((word) => word.replace("participant_", ""));

  it("[V5] a StrictMode mount is one join, one socket, and nothing else for a witness", async () => {
    const eventId = newEvent();
    const witness = await witnessOf(eventId);
    const page = await open();
    await page.render({ eventId, deviceId: "d", isStrict: true });
    await page.shows("show", "live");
    await page.send("announce", "after it all");
    await until("a later announcement", () => witness.heard.some(({ type }) => type === "announcement"));
    expect(words(witness, "d")).to.deep.equal(["joined"]);
    expect([page.joins, page.sockets]).to.deep.equal([1, 1]);
    expect(page.complaints.ours).to.deep.equal([]);
  });

  it("[V5] two providers of one event, and a remount in one commit, share the session", async () => {
    const eventId = newEvent();
    const witness = await witnessOf(eventId);
    const page = await open();
    await page.render({ eventId, deviceId: "d", isStrict: true, providers: 2 }, "mountToggled");
    await page.shows("show", "live");
    await page.mountAnew();
    await page.shows("show", "live");
    await page.send("announce", "after it all");
    await until("a later announcement", () => witness.heard.some(({ type }) => type === "announcement"));
    expect(words(witness, "d")).to.deep.equal(["joined"]);
    expect([page.joins, page.sockets]).to.deep.equal([1, 1]);
  });

  it("[V3] [V4] without React, in a browser that has locks: 20 sessions closed and begun again, then two at once", async () => {
    const page = await open();
    expect(await page.closeAndJoin({ eventId: newEvent(), deviceId: "d" }, 20)).to.deep.equal({
      ends: ["closed"],
      stand: ["replaced", "connected"],
      locks: 0,
    });
    expect(page.complaints.ours).to.deep.equal([]);
  });

  it("[V6] an unmounted provider lets go of the seat, and one that is mounted later comes back to it", async () => {
    const eventId = newEvent();
    const witness = await witnessOf(eventId);
    const page = await open();
    await page.render({ eventId, deviceId: "d" });
    await page.shows("show", "live");
    await page.unmount();
    await witness.hears("participant_temporarily_disconnected", "d");
    await page.render({ eventId, deviceId: "d" });
    await page.shows("show", "live");
    await witness.hears("participant_reconnected", "d");
    expect(words(witness, "d").join(" ")).to.match(/^joined temporarily_disconnected\S* reconnected$/);
  });

  it("[V6] another event closes the session of the first, and shows nothing of it", async () => {
    const [first, second] = [newEvent(), newEvent()];
    const [atFirst, atSecond] = await Promise.all([witnessOf(first), witnessOf(second)]);
    const page = await open();
    await page.render({ eventId: first, deviceId: "d", displayName: "Ann" });
    await page.shows("counts", "0 of 2 away");
    await page.send("round", "of the first");
    await page.shows("round", "1 of the first");
    await page.render({ eventId: second, deviceId: "d", displayName: "Ann" });
    await atFirst.hears("participant_temporarily_disconnected", "d");
    await atSecond.hears("participant_joined", "d");
    await page.shows("round", "0 ");
    expect(words(atSecond, "d")).to.deep.equal(["joined"]);
  });

  it("[V7] a hot reload, in which a second copy of the module renders the page, goes on with the session", async () => {
    const eventId = newEvent();
    const witness = await witnessOf(eventId);
    const page = await open();
    await page.render({ eventId, deviceId: "d", displayName: "Ann", isStrict: true });
    await page.shows("me", "Ann 0");
    await page.load(2);
    await page.render({ eventId, deviceId: "d", displayName: "Ann", isStrict: true }, "mount", 2);
    await page.publish(5);
    await page.shows("me", "Ann 5");
    await page.send("announce", "after it all");
    await until("the announcement, once", async () => (await page.heard()).includes("news after it all"));
    expect(await page.heard()).to.deep.equal(["news after it all"]);
    expect(words(witness, "d")).to.deep.equal(["joined"]);
    expect([page.joins, page.sockets]).to.deep.equal([1, 1]);
    expect(page.complaints.ours).to.deep.equal([]);
  });

  it("[V8] of 5,000 participants one changes: that row renders, and nothing else; 300 drop: they do", async () => {
    const page = await open();
    await page.render({ eventId: newEvent(), deviceId: "d" });
    await page.shows("show", "live");
    await page.send("crowd", 5000);
    await page.shows("counts", "0 of 5001 away");
    await until("the last row", async () => (await page.row("crowd-4999")) === "Guest 4999 connected 0");
    const before = await page.renders();
    await page.send("score_of", ["crowd-1234", 7]);
    await until("the new score", async () => (await page.row("crowd-1234")) === "Guest 1234 connected 7");
    expect(changed(before, await page.renders())).to.deep.equal({ "row crowd-1234": 1 });

    const quiet = await page.renders();
    await page.send("crowd_drops", 300);
    await page.shows("counts", "300 of 5001 away");
    await until("the last of them", async () =>
      (await page.row("crowd-299")).startsWith("Guest 299 temporarily_disconnected"),
    );
    const after = changed(quiet, await page.renders());
    expect(Object.keys(after).filter((part) => part.startsWith("row "))).to.have.length(300);
    expect(Object.values(after).every((renders) => renders === 1)).to.equal(true);
    expect(after).to.include({ counts: 1 }).and.not.to.have.any.keys("list", "me", "round", "status");
  });

  it("[V9] what is selected of the state renders only when it has changed, nested fields included", async () => {
    const page = await open();
    await page.render({ eventId: newEvent(), deviceId: "d" });
    await page.shows("round", "0 ");
    await page.send("round", "Who?");
    await page.shows("round", "1 Who?");
    const before = await page.renders();
    await page.send("step");
    await page.send("score_of", ["d", 3]);
    await page.shows("me", " 3");
    expect(changed(before, await page.renders())).to.deep.equal({ me: 1, "row d": 1 });
  });

  it("[V10] the server is killed and started again: the page says so, and is in the same seat, with all that was published", async () => {
    const eventId = newEvent();
    const page = await open();
    await page.render({ eventId, deviceId: "d", displayName: "Ann", isStrict: true });
    await page.shows("show", "live");
    await page.publish(1);
    await page.shows("me", "Ann 1");
    await page.send("round", "Who?");
    await page.shows("round", "1 Who?");
    await server.kill();
    await page.shows("show", "stale");
    expect(await page.text("me")).to.equal("Ann 1");
    await page.shows("left", /^[1-9]\d*000$/);
    await page.publish(10);
    await page.shows("pending", "1");
    server = await start();
    await page.shows("show", "live");
    await page.shows("me", "Ann 11");
    await page.shows("pending", "0");
    await page.shows("round", "1 Who?");
    expect(await page.published()).to.deep.equal(["fulfilled", "fulfilled"]);
    await page.send("tell", ["d", "seven"]);
    await until("what it is told", async () => (await page.heard()).includes("told seven"));
    expect(page.complaints.ours).to.deep.equal([]);
  });

  it("[V11] what it was told, and what was announced, while it was away, is handled once", async () => {
    const eventId = newEvent();
    const witness = await witnessOf(eventId);
    const page = await open();
    await page.render({ eventId, deviceId: "d", isStrict: true });
    await page.shows("show", "live");
    witness.room.send("announce", "seen"); // from here on it knows what it has seen: a drop before is `resumed: false`
    await until("the first", async () => (await page.heard()).length === 1);
    await page.context.setOffline(true);
    await witness.hears("participant_temporarily_disconnected", "d");
    witness.room.send("tell", ["d", "ace"]);
    witness.room.send("announce", "missed");
    await until(
      "both announcements",
      () => witness.heard.filter(({ type }) => type === "announcement").length === 2,
    );
    await page.context.setOffline(false);
    await page.shows("show", "live");
    await until("both", async () => (await page.heard()).length >= 3);
    witness.room.send("tell", ["d", "king"]);
    await until("the next", async () => (await page.heard()).includes("told king"));
    expect((await page.heard()).toSorted()).to.deep.equal([
      "news missed",
      "news seen",
      "told ace",
      "told king",
    ]);
  });

  it("[V12] a page that a server has rendered is taken over without a word in the console", async () => {
    const eventId = newEvent();
    const html = await (await open()).page.evaluate(
      (options) => {
        const at = globalThis as unknown as {
          reacts: { server: { renderToString(element: unknown): string } };
          labs: Record<string, { element(of: unknown): unknown }>;
        };
        return at.reacts.server.renderToString(at.labs[1]?.element(options));
      },
      { url: server.url, eventId, deviceId: "d" },
    );
    expect(html).to.contain("joining");
    const page = await open(html);
    expect(await page.text("show")).to.equal("joining");
    expect(page.joins).to.equal(0);
    await page.render({ eventId, deviceId: "d" }, "hydrate");
    await page.shows("show", "live");
    expect(page.complaints.ours).to.deep.equal([]);
  });

  it("[V16] a session of the application's own is shown, and goes on when its provider is unmounted", async () => {
    const eventId = newEvent();
    const witness = await witnessOf(eventId);
    const page = await open();
    await page.render({ eventId, deviceId: "d", displayName: "Ann" }, "mountOwn");
    await page.shows("show", "live");
    await page.publish(2);
    await page.shows("me", "Ann 2");
    await page.unmount();
    await page.send("announce", "still here");
    await until("its announcement", () => witness.heard.some(({ type }) => type === "announcement"));
    expect(words(witness, "d")).to.deep.equal(["joined"]);
    expect([page.joins, page.sockets]).to.deep.equal([1, 1]);
  });

  it("[V13] a newer tab has the seat, and the older one can take it back; who was refused can try again", async () => {
    const eventId = newEvent();
    const older = await open();
    await older.render({ eventId, deviceId: "d", isStrict: true });
    await older.shows("show", "live");
    expect(await older.page.getByText("Try again").count()).to.equal(0);
    const newer = await open("", older.context);
    await newer.render({ eventId, deviceId: "d", isStrict: true });
    await newer.shows("show", "live");
    await older.shows("end", "replaced");
    expect(await older.text("show")).to.equal("over");
    await older.page.getByText("Try again").click();
    await older.shows("show", "live");
    await newer.shows("end", "replaced");
    const stranger = await open();
    await stranger.render({ eventId, deviceId: "d", sessionToken: "a guess" });
    await stranger.shows("end", "refused");
    expect(await stranger.page.getByText("Try again").count()).to.equal(1);
  });

  it("[V13] who leaves is shown so, and joins again by a provider that is mounted again", async () => {
    const eventId = newEvent();
    const witness = await witnessOf(eventId);
    const page = await open();
    await page.render({ eventId, deviceId: "d" }, "mountToggled");
    await page.shows("show", "live");
    await page.leave();
    await page.shows("end", "consented");
    expect(await page.page.getByText("Try again").count()).to.equal(0);
    await witness.hears("participant_left", "d");
    witness.forget();
    await page.mountAnew();
    await page.shows("show", "live");
    await witness.hears("participant_joined", "d");
  });
}

/** How often each part has been rendered since. */
function changed(before: Record<string, number>, after: Record<string, number>): Record<string, number> {
  const parts = Object.entries(after).map(([part, count]) => [part, count - (before[part] ?? 0)] as const);
  return Object.fromEntries(parts.filter(([, count]) => count !== 0));
}
