import { expect } from "chai";
import { describeWithChromium } from "../../../harness/browsers/browser.ts";
import { ExampleStage, type Visitor } from "./visitors.ts";

describeWithChromium("the example of a buzzer", function () {
  this.timeout(120_000);
  let stage: ExampleStage;
  before(async () => {
    stage = await ExampleStage.open("buzzer");
  });
  after(() => stage?.close());

  async function player(name: string, team: "Red" | "Blue"): Promise<Visitor> {
    const visitor = await stage.visitor();
    await visitor.page.getByLabel("Your name").fill(name);
    await visitor.page.getByLabel("Your team").selectOption(team);
    await visitor.press("Join");
    await visitor.sees(name, team.toLowerCase());
    return visitor;
  }

  it("is played by two teams and a host, with a drop, a press in it, a reload, a takeover and kill -9", async () => {
    const host = await stage.visitor(stage.server.hostLink());
    const [ann, bo] = [await player("Ann", "Red"), await player("<b>Bo</b>", "Blue")];
    await host.sees("<b>Bo</b>", "blue");

    await host.press("Open a round");
    await ann.reads("Round 1 is open.");
    await ann.press("Buzz");
    await bo.reads("Ann answers.");
    await ann.reads("You were first. Answer!");
    await host.press("Right");
    await bo.reads("Red 1 : 0 Blue");

    // A press while there is no network: it counts when the phone is back.
    await host.press("Open a round");
    await bo.reads("Round 2 is open.");
    await bo.hasNetwork(false);
    await host.sees("<b>Bo</b>", /away, kept for \d+ s/);
    await bo.press("Buzz");
    await bo.hasNetwork(true);
    await host.reads("<b>Bo</b> answers.");
    await host.press("Wrong");
    await ann.reads("Round 2 is open.");

    await ann.page.reload();
    await ann.sees("<b>Bo</b>", "blue"); // nobody was asked for a name
    await ann.press("Buzz");
    await host.reads("Ann answers.");
    await stage.server.kill();
    await host.reads("The connection is lost. Your seat is kept.");
    await stage.server.start();
    await host.noLongerReads("The connection is lost. Your seat is kept.");
    await host.press("Right");
    await bo.reads("Red 2 : 0 Blue");

    const second = await stage.visitor(stage.server.url, ann.device);
    await second.reads("Red 2 : 0 Blue");
    await ann.reads("Your seat is in use in another tab or on another device.");
    expect(stage.complaints).to.deep.equal([]);
  });
});
