// What a participant's phone has to load before it is in, counted as it comes over the network: compressed, with headers.
import { expect } from "chai";
import { describeWithChromium } from "../../harness/clients/browser.ts";
import { Stage } from "./stage.ts";

interface Loaded {
  readonly path: string;
  readonly bytes: number;
  readonly isFont: boolean;
}

describeWithChromium("in a browser: what has to be loaded", () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.open();
  });
  after(() => stage.close());

  it("[B62] 110 kB until one is in, fonts not among them, and of these 45 kB that are not the client", async () => {
    const scene = stage.scene("K7Q4XM");
    await scene.open();
    const { page } = await scene.visitor("Ann");
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Network.enable");
    const loaded: Loaded[] = [];
    const begun = new Map<string, { path: string; isFont: boolean }>();
    devtools.on("Network.requestWillBeSent", ({ requestId, request, type }) => {
      begun.set(requestId, { path: new URL(request.url).pathname, isFont: type === "Font" });
    });
    devtools.on("Network.loadingFinished", ({ requestId, encodedDataLength: bytes }) => {
      const request = begun.get(requestId);
      if (request !== undefined) loaded.push({ ...request, bytes });
    });
    devtools.on("Network.webSocketFrameReceived", ({ response: { payloadData, opcode } }) => {
      const bytes = opcode === 2 ? Buffer.from(payloadData, "base64").length : payloadData.length;
      loaded.push({ path: "frame", bytes, isFont: false });
    });
    await page.goto(stage.linkTo("K7Q4XM"));
    await page.locator("[data-test=name]").fill("Ann");
    await page.locator("[data-test=join]").click();
    await page.locator("[data-test=own-status][data-status=here]").waitFor();
    const sum = (of: readonly Loaded[]) => of.reduce((bytes, file) => bytes + file.bytes, 0);
    const counted = loaded.filter(({ isFont }) => !isFont);
    const client = counted.filter(({ path }) => path.startsWith("/assets/client-"));
    const list = counted.map(({ path, bytes }) => `${bytes} ${path}`).join("\n");
    expect(client, list).to.have.length(1);
    expect(sum(counted), list).to.be.lessThan(110_000);
    expect(sum(counted) - sum(client), list).to.be.lessThan(45_000);
    console.log(`      ${sum(counted)} bytes, ${sum(client)} of them the client`);
    await scene.close();
  });

  it("[B62] the fonts come when one is in, not before", async () => {
    const scene = stage.scene("K7Q4XN");
    await scene.open();
    const { page } = await scene.visitor("Ann");
    const fonts: string[] = [];
    page.on("request", (request) => {
      if (request.resourceType() === "font") fonts.push(request.url());
    });
    await page.goto(stage.linkTo("K7Q4XN"));
    await page.locator("[data-test=name]").fill("Ann");
    await page.waitForLoadState("networkidle");
    expect(fonts).to.deep.equal([]);
    const font = page.waitForRequest((request) => request.resourceType() === "font");
    await page.locator("[data-test=join]").click();
    await font;
    await scene.close();
  });
});
