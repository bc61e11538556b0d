// What a participant's phone has to load before it is in, counted as it comes over the network: compressed, with headers.
import { expect } from "chai";
import { describeWithChromium } from "../../harness/browsers/browser.ts";
import { identity, Phone } from "../../harness/clients/phone.ts";
import { until } from "../../harness/wait.ts";
import { systemEnvironment } from "../../src/client/platform/environment.ts";
import { Stage } from "./stage.ts";

interface Loaded {
  readonly path: string;
  readonly bytes: number;
  readonly isFont: boolean;
}

/** How large a phone's window is: it has no room for the picture of a wide one. */
const phone = { width: 390, height: 844 };

/** In the page: when it shows that one is in, by its own clock. */
function noteJoin(): void {
  const look = new MutationObserver(() => {
    if (document.querySelector("[data-status=here]") === null) return;
    look.disconnect();
    performance.mark("here");
  });
  look.observe(document, { subtree: true, childList: true, attributes: true });
}

/** In the page: the paths of what was asked for only then. */
function askedForLater(): string[] {
  const here = performance.getEntriesByName("here")[0]!.startTime;
  const files = performance.getEntriesByType("resource").filter(({ startTime }) => startTime > here);
  return files.map(({ name }) => new URL(name).pathname);
}

/** In the page: where the own seat's card is when it says that one is in, and when the people are there. */
function notePlaces(): void {
  const places: string[] = ((globalThis as unknown as { places: string[] }).places = []);
  const note = (nth: number, awaited: string) => {
    if (places.length !== nth || document.querySelector(awaited) === null) return;
    const { x, y, width } = document.querySelector("[data-test=own-status]")!.getBoundingClientRect();
    places.push([x, y + scrollY, width].join(" "));
  };
  const look = new MutationObserver(() => {
    note(0, "[data-status=here]");
    note(1, "[data-test=roster]");
  });
  look.observe(document, { subtree: true, childList: true, attributes: true });
}

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

  /** Joins an event of 200 as a person does. @returns what has come over the network until one sees that one is in */
  async function loadedInto(eventId: string, deviceIdOf: (n: number) => string): Promise<Loaded[]> {
    const scene = stage.scene(eventId);
    await scene.open();
    const join = (_: unknown, n: number) =>
      Phone.join(stage.url, { ...identity(eventId), device_id: deviceIdOf(n), display_name: "Guest" });
    const others = await Promise.all(Array.from({ length: 199 }, join));
    const { page } = await scene.visitor("Ann", await scene.device({ viewport: phone }));
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Network.enable");
    const loaded: Loaded[] = [];
    const begun = new Map<string, { path: string; isFont: boolean }>();
    devtools.on("Network.requestWillBeSent", ({ requestId, request, type }) => {
      const { pathname: path, protocol } = new URL(request.url);
      if (protocol !== "data:")
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
    await page.addInitScript(noteJoin);
    await page.goto(stage.linkTo(eventId));
    await page.locator("[data-test=name]").fill("Ann");
    await page.locator("[data-test=join]").click();
    await page.locator("[data-test=own-status][data-status=here]").waitFor();
    const counted = loaded.filter(({ isFont }) => !isFont);
    const later = new Set(await page.evaluate(askedForLater));
    for (const other of others) other.drop();
    await scene.close();
    return counted.filter(({ path }) => !later.has(path));
  }

  const sum = (of: readonly Loaded[]) => of.reduce((bytes, file) => bytes + file.bytes, 0);
  const isClient = ({ path }: Loaded) => path.startsWith("/assets/client-");
  const told = (of: readonly Loaded[]) =>
    [`${sum(of)} in all`, ...of.map(({ path, bytes }) => `${bytes} ${path}`)].join("\n");

  it("[B62] 110 kB until one is in an event of 200 whose devices have ids as our client makes them", async () => {
    const counted = await loadedInto("K7Q4XM", () => systemEnvironment().newId());
    expect(counted.filter(isClient), told(counted)).to.have.length(1);
    expect(sum(counted), told(counted)).to.be.within(90_000, 110_000);
  });

  it("[B62] 45 kB of it are not the client, all that is said of 200 people with short ids included", async () => {
    const counted = await loadedInto("K7Q4XR", (n) => `d${n}`);
    const others = counted.filter((file) => !isClient(file));
    expect(sum(others), told(others)).to.be.within(35_000, 45_000);
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

  it("[B174] the cards beside one's own seat are asked for again where they did not come, and move nothing", async () => {
    const scene = stage.scene("K7Q4XS");
    await scene.open();
    const { page } = await scene.visitor("Ann", await scene.device({ viewport: phone }));
    const cards = ["roster", "device"].map((name) => page.locator(`[data-test=${name}]`));
    let hasFailed = false;
    await page.route("**/assets/beside-*.js", (route) => {
      if (hasFailed) return route.continue();
      hasFailed = true;
      return route.abort();
    });
    await page.addInitScript(notePlaces);
    await page.goto(stage.linkTo("K7Q4XS"));
    await page.locator("[data-test=name]").fill("Ann");
    await page.locator("[data-test=join]").click();
    for (const card of cards) await card.waitFor();
    expect(hasFailed).to.equal(true); // the second time it may be the service worker that has it
    const places = await page.evaluate(() => (globalThis as unknown as { places: string[] }).places);
    expect(places).to.have.length(2);
    expect(places[1]).to.equal(places[0]);
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
