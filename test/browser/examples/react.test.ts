import { expect } from "chai";
import { describeWithChromium } from "../../../harness/browsers/browser.ts";
import { ExampleStage, type Visitor } from "./visitors.ts";

describeWithChromium("the example of a React page", function () {
  this.timeout(120_000);
  let stage: ExampleStage;
  before(async () => {
    stage = await ExampleStage.open("react");
  });
  after(() => stage?.close());

  async function voter(name: string): Promise<Visitor> {
    const visitor = await stage.visitor();
    await visitor.page.getByLabel("Your name").fill(name);
    await visitor.press("Join");
    await visitor.sees(name, "here");
    return visitor;
  }

  const options = (visitor: Visitor) => visitor.page.getByRole("button");
  const presses = (visitor: Visitor, option: number) => options(visitor).nth(option).click();

  it("counts votes over a drop, a reload, kill -9 and a second tab, and tells what was decided", async () => {
    const [ann, bo] = [await voter("Ann"), await voter("<b>Bo</b>")];
    await ann.reads("2 in the room");
    await presses(ann, 1);
    await bo.sees("Ann", "has voted");

    await bo.hasNetwork(false);
    await ann.sees("<b>Bo</b>", /away, kept for \d+ s/);
    await presses(bo, 1);
    await bo.reads("Your vote is on its way.");
    await bo.hasNetwork(true);
    // Votes are counted anew with each question, whose half minute may end at any time: what stays is that all are there.
    await bo.noLongerReads("Your vote is on its way.");
    await ann.sees("<b>Bo</b>", /has voted|here/);

    await ann.page.reload();
    await ann.reads("2 in the room");
    await stage.server.kill();
    for (const each of [ann, bo]) await each.reads("The connection is lost. Your seat is kept.");
    await stage.server.start();
    for (const each of [ann, bo]) await each.noLongerReads("The connection is lost. Your seat is kept.");
    await ann.sees("<b>Bo</b>", /has voted|here/);

    const second = await stage.visitor(stage.server.url, ann.device);
    await second.reads("2 in the room");
    await ann.reads("Your seat is in use in another tab or on another device.");
    await second.page.getByText(/Decided: /).waitFor({ timeout: 45_000 });
    await bo.reads(/Decided: /);
    expect(stage.complaints).to.deep.equal([]);
  });
});
