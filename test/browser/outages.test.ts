import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { describeWithChromium, EverydayBrowser } from "../../harness/browsers/browser.ts";
import { freePort } from "../../harness/servers/free-port.ts";
import { quiet, until } from "../../harness/wait.ts";
import { HostPage, type ParticipantPage } from "./people.ts";
import { type Scene, Stage } from "./stage.ts";
import { Scenes } from "./scenes.ts";

const graceS = 30;
/** A half-open socket is noticed by the server's pings within this. */
const noticedS = 9;

interface Tick {
  readonly at: number;
  readonly state: string;
}

/** What an interval of 1 s in the page has counted; the last is now. */
const ticksOf = (page: ParticipantPage): Promise<Tick[]> =>
  page.page.evaluate(() => {
    const { ticks } = window as unknown as { ticks: Tick[] };
    return [...ticks, { at: performance.now(), state: document.visibilityState }];
  });

const longestGap = (ticks: readonly Tick[]) =>
  Math.max(...ticks.slice(1).map(({ at }, index) => at - (ticks[index]?.at ?? at)));

describeWithChromium("in a browser: outages", function () {
  this.timeout(170_000);
  let stage: Stage;
  let everyday: EverydayBrowser;
  const scenes = new Scenes();
  before(async () => {
    stage = await Stage.open();
    everyday = await EverydayBrowser.open();
    await scenes.begin();
  });
  after(async () => {
    await everyday.close();
    await stage.close();
  });

  const annAndHost = async () => {
    const scene = stage.scene();
    const host = await scene.host();
    const ann = await scene.participant("Ann");
    const { joined_at: joinedAt } = await scene.seat("Ann");
    return { scene, host, ann, joinedAt };
  };

  /** The seat is as it was: for the page, the host, and the server. */
  async function isBackIn(
    joinedAt: number,
    scene: Scene,
    ann: ParticipantPage,
    host: HostPage,
    withinMs = 8000,
  ) {
    await ann.says("You are here", withinMs);
    await host.sees("Ann", "connected");
    expect((await scene.seat("Ann")).joined_at).to.equal(joinedAt);
  }

  const hidden = scenes.of("hidden", async () => {
    const scene = stage.scene();
    const host = await scene.host();
    const ann = await scene.participant("Ann", everyday.context);
    const bob = await scene.participant("Bob");
    const { joined_at: joinedAt } = await scene.seat("Ann");
    await ann.page.evaluate(() => {
      const ticks: Tick[] = [];
      Object.assign(window, { ticks });
      setInterval(() => ticks.push({ at: performance.now(), state: document.visibilityState }), 1000);
    });
    const inFront = await everyday.context.newPage();
    await inFront.bringToFront();
    return async () => {
      await quiet(90_000); // nobody says anything meanwhile: the page hears from the server only what it asks for
      // Chromium takes from 10 to 75 s before it lets a hidden page wake once a minute only: it has to have done so.
      await until(
        "an interval of 1 s that has not ticked for 20 s",
        async () => longestGap(await ticksOf(ann)) > 20_000,
        40_000,
      );
      const ticks = await ticksOf(ann);
      expect(ticks.at(-1)?.state).to.equal("hidden");
      expect(
        ticks.filter(({ state }) => state !== "hidden"),
        "ticks while it was seen",
      ).to.have.length.at.most(1);
      expect(await host.story("Ann")).to.deep.equal(["joined"]);
      await ann.page.bringToFront();
      await isBackIn(joinedAt, scene, ann, host, 1000);
      await bob.page.close();
      await ann.person("Bob").getByText("connection lost").first().waitFor({ timeout: 2000 });
      expect(await host.story("Ann"), "after it was shown").to.deep.equal(["joined"]);
      await Promise.all([ann.page.close(), inFront.close()]);
      await scene.close();
    };
  });
  it(
    "[B8] a page that is hidden for 90 s, its timers throttled, keeps its seat and is live when it is shown",
    hidden,
  );

  const offline = (seconds: number) => async () => {
    const { scene, host, ann, joinedAt } = await annAndHost();
    return async () => {
      await ann.page.context().setOffline(true);
      await ann.says("Coming back");
      await ann.page.locator("main").getByText("This device has no network.", { exact: true }).waitFor();
      expect(await ann.seconds()).to.be.within(graceS - 12, graceS);
      await quiet(seconds * 1000);
      expect(await ann.title()).to.equal("Coming back");
      expect(await host.letters("Ann"), "before it is back").to.match(seconds > noticedS ? /^JA$/ : /^JA?$/);
      await ann.page.context().setOffline(false);
      await isBackIn(joinedAt, scene, ann, host);
      expect(await host.letters("Ann")).to.match(seconds > noticedS ? /^JAB$/ : /^J(AB)?$/);
      await ann.isBack("whole");
      await scene.close();
    };
  };
  const offline5 = scenes.of("offline 5 s", offline(5));
  const offline20 = scenes.of("offline 20 s", offline(20));
  it("[B5] 5 s without a network: the same seat", offline5);
  it("[B5] 20 s without a network: the same seat", offline20);

  const offline40 = scenes.of("offline 40 s", async () => {
    const { scene, host, ann, joinedAt } = await annAndHost();
    return async () => {
      await ann.page.context().setOffline(true);
      await Promise.all([quiet(40_000), host.sees("Ann", "left", (graceS + noticedS + 3) * 1000)]);
      expect(await host.story("Ann")).to.deep.equal([
        "joined",
        "is away: connection lost",
        "did not come back in time",
      ]);
      expect(await ann.title(), "it does not know yet").to.equal("Coming back");
      await ann.page.getByText(/^Your seat may be free by now\./).waitFor();
      await ann.page.context().setOffline(false);
      await ann.isBack("new-seat");
      await host.sees("Ann", "connected");
      expect((await host.story("Ann")).slice(3)).to.deep.equal(["joined"]);
      expect((await scene.seat("Ann")).joined_at).to.be.greaterThan(joinedAt);
      await scene.close();
    };
  });
  it("[B6] 40 s without a network: the seat is gone, both pages say so, and there is a new one", offline40);

  const restarted = scenes.of("restart", async () => {
    const folder = mkdtempSync(join(tmpdir(), "holdfast-browser-"));
    const PORT = String(await freePort());
    const own = await Stage.open({ PORT, STORE_URL: `file:${join(folder, "holdfast.db")}` });
    const scene = own.scene("restarted");
    const host = await scene.host();
    const ann = await scene.participant("Ann");
    const bob = await scene.participant("Bob");
    const { joined_at: joinedAt } = await scene.seat("Ann");
    return async () => {
      await bob.page.close();
      await host.sees("Bob", "away");
      await own.server.kill();
      await ann.says("Coming back");
      await host.page.locator("[data-test=stale]").waitFor();
      await quiet(2000);
      await own.restart();
      await ann.says("You are here");
      expect((await scene.seat("Ann")).joined_at).to.equal(joinedAt);
      await host.isLive(); // its key is good in the next process, too [A30]
      await host.sees("Ann", "connected");
      await host.sees("Bob", "away"); // a seat of somebody who was away is kept, too
      await ann.isBack("as-is");
      expect(own.complaints).to.deep.equal([]);
      await scene.close();
      await own.close();
      rmSync(folder, { recursive: true });
    };
  });
  it("[B7] a server that is killed and started again has every seat", restarted);

  const backAndForth = scenes.of("back and forth", async () => {
    const scene = stage.scene();
    const host = await scene.host();
    const ann = await scene.participant("Ann", everyday.context);
    const { joined_at: joinedAt } = await scene.seat("Ann");
    return async () => {
      await ann.page.evaluate(() => {
        addEventListener("pageshow", ({ persisted }) => Object.assign(window, { persisted }));
      });
      await ann.page.goto(`${stage.url}/host`);
      await host.sees("Ann", "away");
      await ann.page.goBack({ waitUntil: "commit" }); // a page that was kept does not load
      const persisted = await until("the page is shown again", async () =>
        ann.page.evaluate(() => String((window as { persisted?: boolean }).persisted)).catch(() => ""),
      );
      expect(persisted, "pageshow.persisted").to.equal("true");
      await isBackIn(joinedAt, scene, ann, host);
      expect(await host.story("Ann")).to.deep.equal(["joined", "is away: connection lost", "came back"]);
      await scene.close();
    };
  });
  it("[B9] a page that comes out of the back/forward cache is back in its seat", backAndForth);

  it("[B12] none of this has made a page complain", () => {
    expect(stage.complaints).to.deep.equal([]);
  });
});
