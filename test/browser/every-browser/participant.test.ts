import { expect } from "chai";
import { describeInEveryBrowser } from "../../../harness/browsers/every-browser.ts";
import { awayStatuses, ParticipantTab } from "./people.ts";
import { type Person, Stage } from "./stage.ts";

/** What is announced of somebody who was away at most once, and is here. */
const atMostOnceAway =
  /^participant_joined(,participant_temporarily_disconnected\{\w+\},participant_reconnected)?$/;

describeInEveryBrowser("a participant", (browser) => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.open(browser);
  });
  afterEach(() => stage.clear());
  after(() => stage.close());

  it("[B130] a code and a name are enough to be in, and both see each other", async () => {
    const event = await stage.event();
    const bob = await stage.participant("Bob", event);
    const ann = await stage.visitor("Ann");
    await ann.page.openFrontPage();
    await ann.page.takeSeat(event.id);
    await ann.page.is("here");
    await event.sees("Ann", "connected");
    await bob.page.tab.waitForText("roster", /Ann/);
    await ann.page.tab.waitForText("roster", /Bob/);
  });

  it("[B141] a code that no event has is refused at the form, and a right one is let in after it", async () => {
    const event = await stage.event();
    const ann = await stage.visitor("Ann");
    await ann.page.openFrontPage();
    await ann.page.takeSeat("NO-SUCH-EVENT");
    await ann.page.tab.waitForText("form-problem", /\S/);
    expect(await ann.page.tab.count("own-status")).to.equal(0);
    await ann.page.takeSeat(event.id);
    await ann.page.is("here");
    await event.sees("Ann", "connected");
  });

  it("[B131] a reload comes back to the same seat by itself", async () => {
    const event = await stage.event();
    const ann = await stage.participant("Ann", event);
    const before = event.seat("Ann")?.joined_at;
    await ann.page.tab.reload();
    await ann.page.is("here");
    await event.sees("Ann", "connected");
    expect(event.seat("Ann")?.joined_at).to.equal(before);
    expect(event.story("Ann").join()).to.match(atMostOnceAway);
  });

  /** An outage of a page, which says so, and that it is here when it is over; everyone was told both once. */
  async function goesAndReturns(begin: (ann: Person) => void): Promise<void> {
    const event = await stage.event();
    const ann = await stage.participant("Ann", event);
    const before = event.seat("Ann")?.joined_at;
    begin(ann);
    await ann.page.is(...awayStatuses);
    await event.sees("Ann", "temporarily_disconnected");
    await ann.page.is("reconnecting", "coming-back");
    ann.network.heal();
    await ann.page.is("here");
    await event.sees("Ann", "connected");
    expect(event.seat("Ann")?.joined_at).to.equal(before);
    expect(event.story("Ann").map((word) => word.replace(/\{.*/, ""))).to.deep.equal([
      "participant_joined",
      "participant_temporarily_disconnected",
      "participant_reconnected",
    ]);
  }

  it("[B132] who is cut off by a reset says so, and is back in the seat with the network", () =>
    goesAndReturns(({ network }) => network.reset({ refuse: true })));

  it("[B133] who is in a tunnel, where nobody is told anything, says so, and is back in the seat after it", () =>
    goesAndReturns(({ network }) => network.strand()));

  it("[B134] a second tab takes the seat, and the first can have it back", async () => {
    const event = await stage.event();
    const ann = await stage.participant("Ann", event);
    const second = new ParticipantTab(await ann.device.newTab(), ann.network.url, "Ann");
    await second.openEvent(event.id);
    await second.is("here");
    await ann.page.is("replaced");
    await ann.page.tab.click("take-back");
    await ann.page.is("here");
    await second.is("replaced");
    expect(event.story("Ann"), "others are told nothing of it").to.deep.equal(["participant_joined"]);
  });

  it("[B135] a server that ends and is started again has the seat, and the page is back in it", async () => {
    const event = await stage.event();
    const ann = await stage.participant("Ann", event);
    const before = event.seat("Ann")?.joined_at;
    await stage.stopServer();
    await ann.page.is(...awayStatuses);
    await stage.startServer();
    await ann.page.is("here");
    const later = await stage.event(event.id);
    await later.sees("Ann", "connected");
    expect(later.seat("Ann")?.joined_at).to.equal(before);
  });

  it("[B130] none of this has made a page complain", () => {
    expect(stage.complaints).to.deep.equal([]);
  });
});
