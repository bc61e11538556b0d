// The host's page in every language and the narrowest window, from the way in to a closed event, on a real server: in its own
// words, whole, and to the right side; and what axe says of the states that no other test is in.
import { expect } from "chai";
import type { Page } from "playwright-core";
import { describeWithChromium } from "../../harness/browsers/browser.ts";
import { RawClient } from "../../harness/clients/raw-client.ts";
import { Look } from "../../harness/pages/look.ts";
import { until } from "../../harness/wait.ts";
import { type Language, languages } from "../../src/pages/languages/languages.ts";
import type { HostPage } from "./people.ts";
import { Stage } from "./stage.ts";

const at = (page: Page, test: string) => page.locator(`[data-test=${test}]`);
const narrow = { width: 320, height: 700 };
const event = "HSTLNG";
const longName = "Bartholomäus-Maximilian von und zu Wolkenstein";
const names = [longName, "Ann", "Bob", "Friday quiz", "NOBODYS"];

/** A host who reads this language, and what was found wrong for them. */
interface Reader {
  readonly language: Language;
  readonly host: HostPage;
  readonly look: Look;
}

describeWithChromium("in a browser: every language, a host", () => {
  let stage: Stage;
  const readers: Reader[] = [];
  const people = new Map<string, RawClient>();

  async function join(name: string): Promise<void> {
    const who = { event_id: event, device_id: name, session_token: `of ${name}`, display_name: name };
    people.set(name, await RawClient.join(stage.url, who, { isDeaf: true }));
  }

  /** Asks the server as a host of all events. */
  async function ask(method: string, path: string, body?: object): Promise<void> {
    const headers = {
      "content-type": "application/json",
      authorization: `Bearer ${await stage.hostToken()}`,
    };
    const answer = await fetch(`${stage.url}/api/v1/${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    expect(answer.ok, `${path}: ${await answer.text()}`).to.equal(true);
  }

  before(async () => {
    stage = await Stage.open();
    const asked = { title: "Friday quiz", grace_period_ms: 600_000, expected_names: ["Ann", "Nobody"] };
    await ask("POST", "events", { event_id: event, ...asked });
    await stage.openEvent("ANOTHER");
    for (const name of ["Ann", "Bob", longName, ...languages.map((language) => `Guest ${language}`)])
      await join(name);
    people.get("Bob")?.socket.terminate();
  });
  after(() => stage.close());

  async function reader(language: Language): Promise<Reader> {
    const scene = stage.scene();
    const context = await scene.device({ viewport: narrow });
    await context.addInitScript((chosen) => localStorage.setItem("holdfast.language", chosen), language);
    const host = await scene.strangerAtHost(context);
    const read = { language, host, look: new Look(host.page, language, names) };
    readers.push(read);
    return read;
  }

  async function waysIn({ host: { page }, look }: Reader): Promise<void> {
    await page.goto(`${stage.url}/host`);
    await page.locator("summary").click();
    await look.at("the way in", true);
    await page.goto(`${stage.url}/host#code=spent`);
    await at(page, "sign-in-problem").waitFor();
    await look.at("a spent link");
  }

  async function beforeAnEvent({ host: { page }, look }: Reader): Promise<void> {
    const empty = { status: 200, json: { server_time: 0, events: [] } };
    await page.route("**/api/v1/events", (route) => route.fulfill(empty));
    await page.goto(await stage.hostLink());
    await page.locator("main .is-primary").waitFor();
    await look.at("no event", true);
    await page.unroute("**/api/v1/events");
    await at(page, "event").nth(1).waitFor();
    await look.at("several events", true);
    await at(page, "create-open").click();
    await at(page, "create-capacity").fill("many");
    await at(page, "who-listed").check();
    await look.at("a new event");
    await at(page, "create-submit").click();
    await at(page, "form-problem").waitFor();
    await look.at("a problem in the form", true);
    await page.goto(`${stage.url}/host?event=NOBODYS`);
    await at(page, "stale").waitFor();
    await look.at("no such event", true);
    await page.goto(`${stage.url}/host?event=${event}&view=lobby`);
    await at(page, "projector").getByText("Ann", { exact: true }).waitFor();
    await look.at("the lobby");
  }

  async function seats({ host, look, language }: Reader): Promise<void> {
    const { page } = host;
    await at(page, "start").click();
    await host.isLive();
    await host.sees("Bob", "away");
    await look.at("running");
    await host.control("Bob", "choose").click();
    await at(page, "chosen").waitFor();
    await look.at("one is chosen");
    await at(page, "chosen-end").click();
    await at(page, "confirm").waitFor();
    await look.at("is it meant", true);
    await at(page, "cancel").click();
    await at(page, "choose-none").click();
    await host.control("Bob", "more").click();
    await look.at("a person's menu");
    await page.getByRole("menu").locator("[data-test=message-to]").click();
    await at(page, "message-send").waitFor();
    await look.at("a message to one", true);
    await page.keyboard.press("Escape");
    for (const name of ["Bob", longName]) {
      await host.control(name, "open").click();
      await at(page, "person").waitFor();
      await look.at(`a person: ${name}`);
      await page.keyboard.press("Escape");
    }
    await host.pick(`Guest ${language}`, "remove");
    await at(page, "undo").waitFor();
    await at(page, "removed").locator("summary").click();
    await look.at("somebody was removed", true);
    await at(page, "undo").click();
    await at(page, "undo").waitFor({ state: "detached" });
    await look.at("and may come again");
    await at(page, "view-tiles").check({ force: true });
    await host.sees("Bob", "away");
    await look.at("tiles");
    await at(page, "options").click();
    await page.getByRole("menu").locator("[data-test=choose-several]").click();
    await look.at("tiles, to choose from", true);
    await at(page, "search").fill("999");
    await look.at("nobody is found");
    await at(page, "search").fill("");
  }

  async function dialogs({ host: { page }, look }: Reader): Promise<void> {
    for (const test of ["message-open", "invite-open", "alerts-open", "settings-open", "close-event"]) {
      await at(page, test).click();
      await page.getByRole("dialog").waitFor();
      await look.at(test);
      if (test === "invite-open") {
        await at(page, "invite-make").click();
        await at(page, "one-time-link").waitFor();
        await look.at("an invitation", true);
      }
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
    }
  }

  for (const language of languages)
    it(`[B155] ${language}: from the way in to every dialog of a host`, async () => {
      const read = await reader(language);
      await waysIn(read);
      await beforeAnEvent(read);
      await seats(read);
      await dialogs(read);
      expect(read.look.found).to.deep.equal([]);
    });

  it("[B155] all: without the host's own connection, and at the end of the event", async () => {
    await Promise.all(readers.map(({ host }) => host.page.context().setOffline(true)));
    for (const { host, look } of readers) {
      await at(host.page, "stale").waitFor({ timeout: 20_000 });
      await look.at("stale");
    }
    await Promise.all(readers.map(({ host }) => host.page.context().setOffline(false)));
    for (const { host } of readers) await host.isLive(20_000);
    await ask("DELETE", `events/${event}`);
    for (const { host, look } of readers) {
      await at(host.page, "closed").waitFor();
      await until("no dialog", async () => (await host.page.getByRole("dialog").count()) === 0);
      await look.at("closed");
    }
    expect(readers.map(({ language, look }) => [language, look.found])).to.deep.equal(
      languages.map((language) => [language, []]),
    );
  });
});
