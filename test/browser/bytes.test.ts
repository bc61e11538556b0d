// What a participant's phone has to load before it is in, counted as it comes over the network: compressed, with headers.
import { expect } from "chai";
import { describeWithChromium } from "../../harness/browsers/browser.ts";
import { identity, Phone } from "../../harness/clients/phone.ts";
import { until } from "../../harness/wait.ts";
import { Stage } from "./stage.ts";

interface Loaded {
  readonly path: string;
  readonly bytes: number;
  readonly isFont: boolean;
}

/** How large a phone's window is: it has no room for the picture of a wide one. */
const phone = { width: 390, height: 844 };

/** In the page: what came after what. */
function noteOrder(): void {
  const order: string[] = ((globalThis as unknown as { order: string[] }).order = []);
  const workers = navigator.serviceWorker;
  const register = workers.register.bind(workers);
  workers.register = (...given) => {
    order.push("worker");
    return register(...given);
  };
  const look = new MutationObserver((records) => {
    for (const { addedNodes } of records)
      for (const node of addedNodes)
        if (node instanceof HTMLLinkElement && node.href.includes("fonts")) order.push("fonts");
    if (order.includes("here") || document.querySelector("[data-status=here]") === null) return;
    order.push("here");
    requestAnimationFrame(() => order.push("painted"));
  });
  look.observe(document, { subtree: true, childList: true, attributes: true });
}

describeWithChromium("in a browser: what has to be loaded", () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.open();
  });
  after(() => stage.close());

  it("[B62] 110 kB until one is in an event of 200, fonts not among them, and of these 45 kB that are not the client", async () => {
    const scene = stage.scene("K7Q4XM");
    await scene.open();
    const join = () => Phone.join(stage.url, { ...identity("K7Q4XM"), display_name: "Guest" });
    const others = await Promise.all(Array.from({ length: 199 }, join));
    const { page } = await scene.visitor("Ann", await scene.device({ viewport: phone }));
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Network.enable");
    const loaded: Loaded[] = [];
    const begun = new Map<string, { path: string; isFont: boolean }>();
    devtools.on("Network.requestWillBeSent", ({ requestId, request, type }) => {
      const { pathname: path } = new URL(request.url);
      begun.set(requestId, { path, isFont: type === "Font" || path.includes("/fonts-") });
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
    for (const other of others) other.drop();
    const sum = (of: readonly Loaded[]) => of.reduce((bytes, file) => bytes + file.bytes, 0);
    const counted = loaded.filter(({ isFont }) => !isFont);
    const client = counted.filter(({ path }) => path.startsWith("/assets/client-"));
    const list = counted.map(({ path, bytes }) => `${bytes} ${path}`).join("\n");
    expect(client, list).to.have.length(1);
    expect(sum(counted), list).to.be.lessThan(110_000);
    const frames = counted.filter(({ path }) => path === "frame");
    expect(sum(counted) - sum(client) - sum(frames), list).to.be.lessThan(45_000);
    console.log(`      ${sum(counted)} bytes, ${sum(client)} of them the client`);
    await scene.close();
  });

  it("[B62] the fonts come when one is in, not before", async () => {
    const scene = stage.scene("K7Q4XN");
    await scene.open();
    const { page } = await scene.visitor("Ann");
    const fonts: string[] = [];
    page.on("request", (request) => {
      if (/font/.test(request.url()) || request.resourceType() === "font") fonts.push(request.url());
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

  it("[B174] what nobody waits for, fonts and what is kept, is asked for after the join has been painted", async () => {
    const scene = stage.scene("K7Q4XP");
    await scene.open();
    const { page } = await scene.visitor("Ann");
    await page.addInitScript(noteOrder);
    await page.goto(stage.linkTo("K7Q4XP"));
    await page.locator("[data-test=name]").fill("Ann");
    const font = page.waitForRequest((request) => request.resourceType() === "font");
    await page.locator("[data-test=join]").click();
    await font;
    const order = await until("the worker is registered", async () => {
      const seen = await page.evaluate(() => (globalThis as unknown as { order: string[] }).order);
      return seen.length >= 4 && seen;
    });
    expect(order.slice(0, 2)).to.deep.equal(["here", "painted"]);
    expect(order.slice(2).toSorted()).to.deep.equal(["fonts", "worker"]);
    await scene.close();
  });
});
