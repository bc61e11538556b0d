// The page as an app, and the page over plain http: what the one offers, and the other says.
import { networkInterfaces } from "node:os";
import { expect } from "chai";
import { describeWithChromium } from "../../harness/browsers/browser.ts";
import { Stage } from "./stage.ts";

/** An address of this machine by which others in its network reach it; undefined where it is in none. */
const lanAddress = Object.values(networkInterfaces())
  .flatMap((own) => own ?? [])
  .find(({ family, internal }) => family === "IPv4" && !internal)?.address;

describeWithChromium("in a browser: installing, and plain http", () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.open({ HOST: "0.0.0.0" });
  });
  after(() => stage.close());

  it("[B63] the manifest and its pictures are there, and the page offers to be installed", async () => {
    const answer = await fetch(`${stage.url}/manifest.webmanifest`);
    expect(answer.headers.get("content-type")).to.match(/^application\/manifest\+json/);
    const { icons } = (await answer.json()) as { icons: { src: string }[] };
    for (const { src } of [...icons, { src: "apple-touch-icon.png" }])
      expect((await fetch(`${stage.url}/${src}`)).headers.get("content-type"), src).to.equal("image/png");
    const scene = stage.scene();
    const { page } = await scene.participant("Ann");
    expect(await page.locator("link[rel=manifest]").getAttribute("href")).to.equal("./manifest.webmanifest");
    await page.locator("[data-test=device] summary").click();
    expect(await page.locator("[data-test=install]").count()).to.equal(0);
    await page.evaluate(() => {
      const offer = new Event("beforeinstallprompt") as Event & { prompt?: () => void };
      offer.prompt = () => void (document.title = "asked");
      dispatchEvent(offer);
    });
    await page.locator("[data-test=install]").click();
    expect(await page.title()).to.equal("asked");
    await page.locator("[data-test=install]").waitFor({ state: "detached" });
    await scene.close();
  });

  it("[B63] where an installed app is another device, the page says so instead", async () => {
    const scene = stage.scene();
    const device = await scene.device({ locale: "en-GB" });
    await device.addInitScript(() => Object.defineProperty(navigator, "standalone", { value: false }));
    const { page } = await scene.participant("Ann", device);
    await page.locator("[data-test=device] summary").click();
    expect(await page.locator("[data-test=install-ios]").innerText()).to.contain("another device");
    await scene.close();
  });

  it("[B64] over plain http a host is told once what phones cannot do, and a participant is in all the same", async function () {
    if (lanAddress === undefined) this.skip();
    const scene = stage.scene();
    await scene.open();
    const device = await scene.device();
    const host = await scene.strangerAtHost(device);
    const onLan = (address: string) => address.replace("127.0.0.1", lanAddress as string);
    await host.page.goto(onLan(await stage.hostLink(scene.eventId)));
    await host.page.locator("[data-test=plain-http]").waitFor();
    await host.page.locator("[data-test=plain-http] button").click();
    await host.page.reload();
    await host.page.locator("[data-test=signed-in]").waitFor();
    expect(await host.page.locator("[data-test=plain-http]").count()).to.equal(0);
    const ann = await scene.visitor("Ann");
    await ann.page.goto(onLan(stage.linkTo(scene.eventId)));
    await ann.takeSeat();
    await ann.page.locator("[data-test=own-status][data-status=here]").waitFor();
    expect(await ann.page.evaluate(() => [isSecureContext, "serviceWorker" in navigator])).to.deep.equal([
      false,
      false,
    ]);
    await ann.page.locator("[data-test=device] summary").click();
    expect(await ann.page.locator("[data-test=habit-awake]").count()).to.equal(0);
    await scene.close();
  });

  it("[B12] none of this has made a page complain", () => {
    expect(stage.complaints).to.deep.equal([]);
  });
});
