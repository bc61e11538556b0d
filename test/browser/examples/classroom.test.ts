import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { describeWithChromium } from "../../../harness/browsers/browser.ts";
import { until } from "../../../harness/wait.ts";
import { ExampleStage, type Visitor } from "./visitors.ts";

describeWithChromium("the example of a classroom", function () {
  this.timeout(120_000);
  let stage: ExampleStage;
  before(async () => {
    stage = await ExampleStage.open("classroom");
  });
  after(() => stage?.close());

  async function pupil(name: string): Promise<Visitor> {
    const visitor = await stage.visitor();
    await visitor.page.getByLabel("Your name").fill(name);
    await visitor.press("Come in");
    await visitor.sees(name, "here");
    return visitor;
  }

  /** What the register says of somebody, as it is read. */
  const row = (teacher: Visitor, name: string) =>
    teacher.page.getByRole("row").filter({ has: teacher.page.getByText(name, { exact: true }) });

  it("keeps the register over a drop, a reload, a way out and in, and kill -9", async () => {
    const teacher = await stage.visitor(stage.server.hostLink());
    await teacher.page.getByRole("heading", { name: "Rivers of Europe" }).waitFor();
    const [ann, dan] = [await pupil("Ann"), await pupil("=1+1")];
    await row(teacher, "Ann").getByText("here").waitFor();
    await row(teacher, "Cy").getByText("missing").waitFor();
    await row(teacher, "=1+1").getByText("(not on the list)").waitFor();

    await ann.press("Raise your hand");
    await teacher.sees("Ann", "hand up");
    await ann.hasNetwork(false);
    await row(teacher, "Ann").getByText("away").waitFor();
    await ann.hasNetwork(true);
    await row(teacher, "Ann").getByText("1 ×").waitFor();
    await ann.page.reload();
    await ann.press("Lower your hand");

    await dan.press("Leave");
    await row(teacher, "=1+1").getByText("has left").waitFor();
    await dan.page.reload();
    await dan.page.getByLabel("Your name").fill("=1+1");
    await dan.press("Come in");
    await row(teacher, "=1+1").getByText("here").waitFor();

    await stage.server.kill();
    await teacher.reads("The connection is lost. Your seat is kept.");
    await stage.server.start();
    for (const each of [teacher, ann, dan])
      await each.noLongerReads("The connection is lost. Your seat is kept.");
    for (const name of ["Ann", "=1+1"]) await row(teacher, name).getByText("here", { exact: true }).waitFor();

    const csv = await until("a table with everyone in it", async () => {
      const download = teacher.page.waitForEvent("download");
      await teacher.page.getByRole("link", { name: "Download as CSV" }).click();
      const text = await readFile(await (await download).path(), "utf8");
      return text.split("\r\n").length > 4 && text;
    });
    expect(csv).to.match(/^name,expected,came,left,times away,minutes away,minutes here\r\n/);
    expect(csv).to.match(/^Ann,yes,\d{4}-\d\d-\d\dT[\d:.]+Z,,\d,[\d.]+,[\d.]+\r$/m);
    expect(csv).to.match(/^'=1\+1,no,/m);
    expect(csv).to.match(/^Cy,yes,,,0,0\.0,0\.0\r$/m);
    expect(stage.complaints).to.deep.equal([]);
  });
});
