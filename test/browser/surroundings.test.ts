import { expect } from "chai";
import { describeWithChromium } from "../../harness/clients/browser.ts";
import { Stage } from "./stage.ts";

describeWithChromium("in a browser: what a page may find around it", () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.open();
  });
  after(() => stage.close());

  it("[B180] of two tabs in two events each comes back to its own, and leaving one leaves the other alone", async () => {
    const quiz = stage.scene();
    const party = stage.scene();
    const device = await quiz.device();
    const inQuiz = await quiz.participant("Ann", device);
    const inParty = await party.participant("Ann at the party", device);
    const seat = await quiz.seat("Ann");
    await inQuiz.page.reload();
    await inQuiz.says("You are here");
    await inParty.page.reload();
    await inParty.says("You are here");
    await inParty.button("Leave").click();
    await inParty.page.getByRole("dialog").getByRole("button", { name: "Leave" }).click();
    await inParty.says("You have left");
    await inQuiz.page.reload();
    await inQuiz.says("You are here");
    expect((await quiz.seat("Ann")).joined_at).to.equal(seat.joined_at);
    await quiz.close();
    await party.close();
  });

  it("[B180] a code that no event has forgets no seat of another tab", async () => {
    const scene = stage.scene();
    const device = await scene.device();
    const ann = await scene.participant("Ann", device);
    const lost = await scene.visitor("Ann", device);
    await lost.page.goto(stage.url);
    await lost.takeSeat("NOEVNT");
    await lost.page.getByText("There is no event with this code.").waitFor();
    await ann.page.reload();
    await ann.says("You are here");
    await scene.close();
  });

  it("[B180] a device that was in an event when the server was of version 0.1.0 comes back to it", async () => {
    const scene = stage.scene();
    const ann = await scene.participant("Ann");
    await ann.page.evaluate(
      (eventId) => localStorage.setItem("holdfast.page.seated", JSON.stringify([eventId, "Ann"])),
      scene.eventId,
    );
    await ann.page.reload();
    await ann.says("You are here");
    await scene.close();
  });
});
