import { expect } from "chai";
import { describeInEveryBrowser } from "../../../harness/browsers/every-browser.ts";
import { ParticipantTab } from "./people.ts";
import { type Event, type Person, Stage } from "./stage.ts";

describeInEveryBrowser("a page that is opened without a network", (browser) => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.open(browser);
  });
  afterEach(() => stage.clear());
  after(() => stage.close());

  /** In the event, and the shell is kept by the browser. */
  async function annIsIn(): Promise<{ event: Event; ann: Person; joinedAt: unknown }> {
    const event = await stage.event();
    const ann = await stage.participant("Ann", event);
    await ann.page.shellIsKept();
    return { event, ann, joinedAt: event.seat("Ann")?.joined_at };
  }

  /** It is open, says that it is coming back and until when the seat is kept, and nobody has thrown away what was typed. */
  async function isComingBack(page: ParticipantTab): Promise<void> {
    await page.is("coming-back");
    await page.tab.waitFor("kept-until");
  }

  it("[B136] after the server has ended: it says that it is coming back, and is in when the server is there", async () => {
    const { event, ann, joinedAt } = await annIsIn();
    await stage.stopServer();
    await ann.page.tab.reload();
    await isComingBack(ann.page);
    await stage.startServer();
    await ann.page.is("here");
    const later = await stage.event(event.id);
    await later.sees("Ann", "connected");
    expect(later.seat("Ann")?.joined_at).to.equal(joinedAt);
  });

  /** Opens it anew in an outage, which ends when the page has said that it is coming back. */
  async function opensIn(begin: (ann: Person) => void, open: (ann: Person, event: Event) => Promise<void>) {
    const { event, ann, joinedAt } = await annIsIn();
    begin(ann);
    await open(ann, event);
    await isComingBack(ann.page);
    await event.sees("Ann", "temporarily_disconnected");
    ann.network.heal();
    await ann.page.is("here");
    await event.sees("Ann", "connected");
    expect(event.seat("Ann")?.joined_at).to.equal(joinedAt);
  }

  it("[B136] where every connection is refused", () =>
    opensIn(
      ({ network }) => network.reset({ refuse: true }),
      ({ page }) => page.tab.reload(),
    ));

  it("[B136] in a tunnel, where no connection is answered", () =>
    opensIn(
      ({ network }) => network.strand(),
      ({ page }) => page.tab.reload(),
    ));

  it("[B136] by the link to the event, in a tunnel", () =>
    opensIn(
      ({ network }) => network.strand(),
      ({ page }, event) => page.openEvent(event.id),
    ));

  it("[B136] in a new tab, after the one that was in is closed", async () => {
    const { event, ann, joinedAt } = await annIsIn();
    const second = new ParticipantTab(await ann.device.newTab(), ann.network.url, "Ann");
    await ann.page.tab.close();
    await event.sees("Ann", "temporarily_disconnected");
    ann.network.reset({ refuse: true });
    await second.openEvent(event.id);
    await isComingBack(second);
    ann.network.heal();
    await second.is("here");
    expect(event.seat("Ann")?.joined_at).to.equal(joinedAt);
  });

  it("[B136] none of this has made a page complain", () => {
    expect(stage.complaints).to.deep.equal([]);
  });
});
