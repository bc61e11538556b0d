import { expect } from "chai";
import { describeInEveryBrowser } from "../../../harness/browsers/every-browser.ts";
import { HostTab } from "./people.ts";
import { Stage } from "./stage.ts";

/** A code of six letters and digits without look-alikes, as people are shown it. */
const shownCode = /^[2-9A-HJ-NP-Z]{3}-[2-9A-HJ-NP-Z]{3}$/;

describeInEveryBrowser("a host", (browser) => {
  let stage: Stage; // each has a server of its own: it prints one link, which is good once
  beforeEach(async () => {
    stage = await Stage.open(browser);
  });
  afterEach(() => stage.close());

  it("[B137] makes an event, sees who is in, locks it and closes it", async () => {
    const device = await stage.device();
    const host = new HostTab(await device.newTab(), stage.url);
    await host.signIn(await stage.hostCode());
    const code = await host.createEvent("Friday quiz");
    expect(code).to.match(shownCode);

    const ann = await stage.visitor("Ann");
    await ann.page.openFrontPage();
    await ann.page.takeSeat(code.toLowerCase().replace("-", ""));
    await ann.page.is("here");
    await host.start();
    await host.sees("Ann", "connected");

    await host.tab.reload();
    await host.sees("Ann", "connected");
    ann.network.reset({ refuse: true });
    await host.sees("Ann", "away");
    ann.network.heal();
    await host.sees("Ann", "connected");

    await host.lock();
    const bob = await stage.visitor("Bob");
    await bob.page.openFrontPage();
    await bob.page.takeSeat(code);
    await bob.page.isNotLetIn();
    await ann.page.tab.reload();
    await ann.page.is("here");

    await host.closeEvent();
    await ann.page.is("closed");
    expect(stage.complaints).to.deep.equal([]);
  });

  it("[B138] stays a host when the tab is closed and when the server is started again", async () => {
    const device = await stage.device();
    const host = new HostTab(await device.newTab(), stage.url);
    await host.signIn(await stage.hostCode());
    const second = new HostTab(await device.newTab(), stage.url);
    await host.tab.close();
    await second.open();
    await stage.stopServer();
    await stage.startServer();
    await second.tab.reload();
    await second.isHost();
    expect(await second.createEvent("After the restart")).to.match(shownCode);
    expect(stage.complaints).to.deep.equal([]);
  });
});
