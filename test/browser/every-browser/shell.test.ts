// The shell that a browser keeps: pages that open without a network, over two releases in both orders.
import { expect } from "chai";
import type { Tab } from "../../../harness/browsers/tab.ts";
import type { Device } from "../../../harness/browsers/test-browser.ts";
import { describeInEveryBrowser } from "../../../harness/browsers/every-browser.ts";
import { buildRelease, ReleaseServer, removeReleases } from "../../../harness/pages/releases.ts";
import { FaultProxy } from "../../../src/testing/network/fault-proxy.ts";
import { awayStatuses, ParticipantTab } from "./people.ts";
import { Stage } from "./stage.ts";

/** The caches of ours, and in each how much there is. */
const shellsIn = (tab: Tab): Promise<Record<string, string[]>> =>
  tab.evaluate(async () => {
    const found: Record<string, string[]> = {};
    for (const name of await caches.keys()) {
      const requests = await (await caches.open(name)).keys();
      found[name] = requests.map(({ url }) => url);
    }
    return found;
  });

const isKept = (tab: Tab) =>
  tab.until("the shell is kept", async () => {
    const [files = []] = Object.values(await shellsIn(tab));
    return files.some((file) => /index\.en-[\w-]+\.html$/.test(file)); // it is written last
  });

const releaseOf = (tab: Tab) => tab.attribute("[data-release]", "data-release");

/** A new page of a release that is not the tab's own, as browsers look for one at each navigation. */
const looksForUpdate = (tab: Tab) =>
  tab.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    await registration?.update().catch(() => {});
  });

describeInEveryBrowser("the shell", (browser) => {
  let stage: Stage;
  let front: ReleaseServer;
  let network: FaultProxy;
  let device: Device;
  const releases: string[] = [];
  before("two releases are built", async function () {
    this.timeout(180_000);
    const first = await buildRelease("one");
    const second = await buildRelease("two", first);
    releases.push(first, second, await buildRelease("one", second));
    stage = await Stage.open(browser);
  });
  beforeEach(async () => {
    front = await ReleaseServer.start(Number(new URL(stage.url).port));
    network = await FaultProxy.start(front.port);
    device = await stage.device();
  });
  afterEach(async () => {
    await stage.clear();
    await network.close();
    await front.close();
  });
  after(async () => {
    await stage.close();
    removeReleases(...releases);
  });
  const participant = async (eventId: string) => {
    const ann = new ParticipantTab(await device.newTab(), network.url, "Ann");
    await ann.openEvent(eventId);
    await ann.takeSeat();
    await ann.is("here");
    return ann;
  };

  it("[B55] a reload without a network opens the page, and it is in the same seat when there is one", async () => {
    front.deploy(releases[0]);
    const event = await stage.event();
    const ann = await participant(event.id);
    const joinedAt = event.seat("Ann")?.joined_at;
    await isKept(ann.tab);
    network.reset({ refuse: true });
    await ann.tab.reload();
    await ann.tab.waitFor("own-status");
    expect(await ann.tab.attribute("own-status", "data-status")).to.be.oneOf(["connecting", ...awayStatuses]);
    expect(await ann.tab.count("[data-test=join]")).to.equal(1);
    network.heal();
    await ann.is("here");
    await event.sees("Ann", "connected");
    expect(event.seat("Ann")?.joined_at).to.equal(joinedAt);
  });

  it("[B60] nothing is kept before the join, and then no address with a query, and nothing of an event", async () => {
    front.deploy(releases[0]);
    const event = await stage.event();
    const ann = new ParticipantTab(await device.newTab(), network.url, "Ann");
    await ann.openEvent(event.id);
    await ann.tab.waitFor("join");
    const registered = () => navigator.serviceWorker.getRegistrations().then(({ length }) => length);
    expect(await ann.tab.evaluate(registered)).to.equal(0);
    expect(front.asked.filter((path) => path.includes("holdfast-worker"))).to.deep.equal([]);
    await ann.takeSeat();
    await ann.is("here");
    await isKept(ann.tab);
    const files = Object.values(await shellsIn(ann.tab)).flat();
    for (const file of files) expect(file).to.match(/^http:\/\/127\.0\.0\.1:\d+\/assets\/[\w.-]+$/);
  });

  for (const [first, second] of [
    [0, 1],
    [1, 2],
  ] as const)
    it(`[B59] release ${first === 0 ? "one, then two" : "two, then one again"}: an open page goes on, the shell of one works with the server of the other`, async function () {
      this.timeout(120_000);
      const [before, after] = first === 0 ? ["one", "two"] : ["two", "one"];
      front.deploy(releases[first]);
      const event = await stage.event();
      const ann = await participant(event.id);
      await isKept(ann.tab);
      await ann.tab.until("the page is its worker's", () =>
        ann.tab.evaluate(() => navigator.serviceWorker.controller !== null),
      );
      expect(await releaseOf(ann.tab)).to.equal(before);
      const [shellBefore] = Object.keys(await shellsIn(ann.tab));
      front.deploy(releases[second]);
      await looksForUpdate(ann.tab);
      await ann.tab.reload();
      await ann.is("here");
      expect(await releaseOf(ann.tab), "in an event, nothing takes over").to.equal(before);
      network.reset({ refuse: true });
      await ann.tab.reload();
      await ann.tab.waitFor("own-status");
      network.heal();
      await ann.is("here");
      // Out of the event the new one may take over, whole.
      await looksForUpdate(ann.tab);
      await ann.tab.click("leave");
      await ann.tab.click("confirm");
      await ann.is("left");
      await ann.tab.until("the new shell alone is kept", async () => {
        await looksForUpdate(ann.tab); // WebKit may let one go by, in a page that has just loaded
        const names = Object.keys(await shellsIn(ann.tab));
        const waits = await ann.tab.evaluate(async () => {
          const registration = await navigator.serviceWorker.getRegistration();
          return registration?.waiting !== null || registration.installing !== null;
        });
        return names.length === 1 && names[0] !== shellBefore && !waits;
      });
      await ann.openEvent(event.id);
      await ann.takeSeat();
      await ann.is("here");
      expect(await releaseOf(ann.tab)).to.equal(after);
      network.reset({ refuse: true });
      await ann.tab.reload();
      await ann.tab.waitFor("own-status");
      expect(await releaseOf(ann.tab)).to.equal(after);
    });

  it("[B59] an open page of the release before finds what it has not loaded yet", async () => {
    front.deploy(releases[0]);
    const event = await stage.event();
    const ann = new ParticipantTab(await device.newTab(), network.url, "Ann");
    await ann.openEvent(event.id);
    await ann.tab.waitFor("join");
    front.deploy(releases[1]);
    await ann.takeSeat();
    await ann.is("here");
    await isKept(ann.tab);
    expect(await releaseOf(ann.tab)).to.equal("one");
  });

  it("[B61] a server without pages takes the shell away, and then the worker itself", async () => {
    front.deploy(releases[0]);
    const event = await stage.event();
    const ann = await participant(event.id);
    await isKept(ann.tab);
    front.deploy(undefined);
    await ann.tab.until("nothing is left", async () => {
      await looksForUpdate(ann.tab); // WebKit may let one go by, in a page that has just loaded
      const shells = Object.keys(await shellsIn(ann.tab));
      const workers = await ann.tab.evaluate(() =>
        navigator.serviceWorker.getRegistrations().then(({ length }) => length),
      );
      return shells.length === 0 && workers === 0;
    });
  });
});
