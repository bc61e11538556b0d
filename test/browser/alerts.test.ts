// How a host who looks elsewhere hears that many are away: what the page asks the browser to sound and to show.
import { expect } from "chai";
import type { BrowserContext, Page } from "playwright-core";
import { describeWithChromium } from "../../harness/browsers/browser.ts";
import { RawClient } from "../../harness/clients/raw-client.ts";
import { until } from "../../harness/wait.ts";
import type { HostPage } from "./people.ts";
import { type Scene, Stage } from "./stage.ts";

const at = (page: Page, test: string) => page.locator(`[data-test=${test}]`);

interface Heard {
  /** Of each tone that was played, in Hertz. */
  readonly tones: number[];
  /** Title and text of each notification that was shown. */
  readonly shown: string[];
}

const heardBy = (page: Page) => page.evaluate(() => (window as unknown as { heard: Heard }).heard);

/** From now on each page of the device keeps what it has played and shown. @param permission what the person says when asked */
async function listenTo(device: BrowserContext, permission: NotificationPermission): Promise<void> {
  await device.addInitScript((answer) => {
    const heard: { tones: number[]; shown: string[] } = { tones: [], shown: [] };
    Object.assign(window, { heard });
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (when) {
      heard.tones.push(this.frequency.value);
      start.call(this, when);
    };
    class Shown extends EventTarget {
      static permission = sessionStorage.getItem("permission") ?? "default";
      static requestPermission(): Promise<NotificationPermission> {
        Shown.permission = answer;
        sessionStorage.setItem("permission", answer);
        return Promise.resolve(answer);
      }
      constructor(title: string, options: NotificationOptions = {}) {
        super();
        heard.shown.push(`${title}: ${options.body}`);
      }
    }
    Object.assign(window, { Notification: Shown });
  }, permission);
}

describeWithChromium("in a browser: a host is told that many are away", () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.open();
  });
  after(() => stage.close());

  async function host(scene: Scene, permission: NotificationPermission): Promise<HostPage> {
    const device = await scene.device();
    await listenTo(device, permission);
    return scene.host(device);
  }

  const join = (scene: Scene, name: string) =>
    RawClient.join(
      stage.url,
      {
        event_id: scene.eventId,
        device_id: name,
        session_token: `the secret of ${name}`,
        display_name: name,
      },
      { isDeaf: true },
    );

  async function bothLeave(scene: Scene, watching: HostPage): Promise<void> {
    const people = [await join(scene, "Ann"), await join(scene, "Bob")];
    await watching.sees("Bob", "connected");
    for (const { socket } of people) socket.terminate();
    await at(watching.page, "many-away").waitFor();
  }

  it("[B161] by two tones and a notification, once each time, as they are switched on", async () => {
    const scene = stage.scene("Quiz");
    const watching = await host(scene, "granted");
    const { page } = watching;
    await at(page, "alerts-open").click();
    await at(page, "alert-sound").check();
    await at(page, "alert-notification").check();
    await page.keyboard.press("Escape");
    const sample = [660, 880]; // played when it is switched on
    expect((await heardBy(page)).tones).to.deep.equal(sample);
    await bothLeave(scene, watching);
    await until("the tones", async () => (await heardBy(page)).tones.length > sample.length);
    const expected = { tones: [...sample, ...sample], shown: ["Quiz: 2 people are away at once."] };
    expect(await heardBy(page)).to.deep.equal(expected);
    for (const name of ["Ann", "Bob"]) await join(scene, name);
    await at(page, "many-away").waitFor({ state: "detached" });
    expect(await heardBy(page), "nothing when it is over").to.deep.equal(expected);
    await at(page, "alerts-open").click();
    await at(page, "alert-sound").uncheck();
    await page.keyboard.press("Escape");
    await page.reload();
    await watching.isLive();
    await watching.sees("Bob", "connected");
    await bothLeave(scene, watching);
    await until("it is shown", async () => (await heardBy(page)).shown.length > 0);
    expect((await heardBy(page)).tones, "it was switched off").to.deep.equal([]);
    await scene.close();
  });

  it("[B161] who does not allow notifications is told so, and the switch stays off", async () => {
    const scene = stage.scene();
    const { page } = await host(scene, "denied");
    await at(page, "alerts-open").click();
    await at(page, "alert-notification").click();
    await page.getByRole("alert").waitFor();
    expect(await at(page, "alert-notification").isChecked()).to.equal(false);
    await scene.close();
  });

  it("[B12] none of this has made a page complain", () => {
    expect(stage.complaints).to.deep.equal([]);
  });
});
