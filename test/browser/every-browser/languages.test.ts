import { expect } from "chai";
import { describeInEveryBrowser } from "../../../harness/browsers/every-browser.ts";
import { awayStatuses } from "./people.ts";
import { Stage } from "./stage.ts";

/** What the document says of its language, and by how many pixels it is wider than its window. */
const shape = () => {
  const { lang, dir, scrollWidth, clientWidth } = document.documentElement;
  const { direction } = getComputedStyle(document.body);
  return { lang, dir, direction, overflow: scrollWidth - clientWidth };
};

describeInEveryBrowser("the browser's language", (browser) => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.open(browser);
  });
  afterEach(() => stage.clear());
  after(() => stage.close());

  for (const [language, lang, dir] of [
    ["ar-EG", "ar", "rtl"],
    ["de-DE", "de", "ltr"],
    ["hi-IN", "hi", "ltr"],
  ] as const)
    it(`[B140] ${language}: the page speaks it from the form to the seat, runs its way, and fits`, async () => {
      const event = await stage.event();
      const ann = await stage.visitor("Ann", { language, size: { width: 320, height: 700 } });
      const { tab } = ann.page;
      await ann.page.openEvent(event.id);
      const as = { lang, dir, direction: dir, overflow: 0 };
      const isSo = async () => JSON.stringify(await tab.evaluate(shape)) === JSON.stringify(as);
      const hasShape = async (when: string) => {
        await tab.until("its shape", isSo, 5000).catch(() => {}); // a window takes its size in its own time
        expect(await tab.evaluate(shape), when).to.deep.equal(as);
      };
      await hasShape("the form");
      await ann.page.takeSeat();
      await ann.page.is("here");
      await hasShape("in the event");
      ann.network.reset({ refuse: true });
      await ann.page.is(...awayStatuses);
      await hasShape("away");
      ann.network.heal();
      await ann.page.is("here");
      expect(stage.complaints).to.deep.equal([]);
    });
});
