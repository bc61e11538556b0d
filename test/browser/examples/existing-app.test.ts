import { expect } from "chai";
import { describeWithChromium } from "../../../harness/browsers/browser.ts";
import { ExampleStage, type Visitor } from "./visitors.ts";

describeWithChromium("the example of an application that was there already", function () {
  this.timeout(120_000);
  let stage: ExampleStage;
  before(async () => {
    stage = await ExampleStage.open("existing-app");
  });
  after(() => stage?.close());

  async function guest(name: string): Promise<Visitor> {
    const visitor = await stage.visitor();
    await visitor.page.getByLabel("Your name").fill(name);
    await visitor.press("Sit down");
    await visitor.sees(name, "here");
    return visitor;
  }

  it("loses a plain table with the connection, and keeps a party over a drop, a reload and kill -9", async () => {
    const [ann, bo] = [await guest("Ann"), await guest("<b>Bo</b>")];
    await ann.reads("Ann, <b>Bo</b>");
    await ann.press("Order bread");
    await bo.reads("bread");
    await ann.press("A toast!");
    await bo.reads("Ann has proposed toast number 1.");

    await ann.hasNetwork(false);
    await bo.sees("Ann", /away, kept for \d+ s/);
    await bo.press("A toast!");
    await ann.hasNetwork(true);
    await bo.sees("Ann", "here");
    await ann.reads("<b>Bo</b> has proposed toast number 2."); // what it missed

    await ann.page.reload();
    await ann.page.getByLabel("Your name").fill("Ann");
    await ann.press("Sit down");
    await ann.sees("<b>Bo</b>", "here");

    await stage.server.kill();
    await bo.reads("The connection is lost. Your seat is kept.");
    await stage.server.start();
    for (const one of [ann, bo]) await one.noLongerReads("The connection is lost. Your seat is kept.");
    await bo.sees("Ann", "here");
    await ann.press("A toast!");
    await bo.reads("Ann has proposed toast number 3."); // the count is the stored state's
    expect(stage.complaints).to.deep.equal([]);
  });
});
