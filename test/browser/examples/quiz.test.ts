import { expect } from "chai";
import { describeWithChromium } from "../../../harness/browsers/browser.ts";
import { ExampleStage, type Visitor } from "./visitors.ts";

describeWithChromium("the example of a quiz", function () {
  this.timeout(120_000);
  let stage: ExampleStage;
  before(async () => {
    stage = await ExampleStage.open("quiz");
  });
  after(() => stage?.close());

  async function player(name: string): Promise<Visitor> {
    const visitor = await stage.visitor();
    await visitor.page.getByLabel("Your name").fill(name);
    await visitor.press("Play");
    await visitor.sees(name, "0");
    return visitor;
  }

  it("is played to its end, with a card, a drop, an answer in it, a reload and kill -9", async () => {
    const host = await stage.visitor(stage.server.hostLink());
    const [ann, bo] = [await player("Ann"), await player("<b>Bo</b>")];

    await host.press("Next question");
    await ann.reads("1/3: How many legs has a crab?");
    await ann.page.getByLabel("Play my card").check();
    await ann.press("10");
    await bo.sees("Ann", "✓ 0");
    await bo.press("8");
    await host.reads("Right: Ann.");
    await bo.sees("Ann", "20");

    // An answer without a network counts when the phone is back.
    await host.press("Next question");
    await bo.reads("2/3: What holds a kelp to the sea floor?");
    await bo.hasNetwork(false);
    await host.sees("<b>Bo</b>", /away, kept for \d+ s/);
    await bo.press("A holdfast");
    await bo.hasNetwork(true);
    await host.sees("<b>Bo</b>", "✓ 0");

    // The server dies in the middle of a question, and its timer goes on.
    await stage.server.kill();
    await host.reads("The connection is lost. Your seat is kept.");
    await stage.server.start();
    for (const each of [host, ann, bo])
      await each.noLongerReads("The connection is lost. Your seat is kept.");
    await ann.reads(/^\d+ s$/);
    await ann.page.reload();
    await ann.press("A root");
    await host.reads("Right: <b>Bo</b>.");
    await ann.sees("<b>Bo</b>", "10");

    await host.press("Next question");
    for (const each of [ann, bo]) await each.press("Its arms' ends");
    await host.reads(/^Right: (?:Ann, <b>Bo<\/b>|<b>Bo<\/b>, Ann)\.$/); // a restart sorts seats by their devices
    await host.press("End the quiz");
    await bo.reads("Won: Ann.");
    await bo.reads("The quiz is over.");
    expect(stage.complaints).to.deep.equal([]);
  });
});
