// The seats of an event as a host's tool, in a browser and on a real server: what is done to one, to some, to all who are away.
import { expect } from "chai";
import type { Page } from "playwright-core";
import { overflowsOf, violationsInEveryLook } from "../../harness/browsers/accessibility.ts";
import { describeWithChromium } from "../../harness/browsers/browser.ts";
import { RawClient } from "../../harness/clients/raw-client.ts";
import { until } from "../../harness/wait.ts";
import { HostClient } from "../../src/host/index.ts";
import type { HostPage } from "./people.ts";
import { type Scene, Stage } from "./stage.ts";

const graceMs = 30_000;
const at = (page: Page, test: string) => page.locator(`[data-test=${test}]`);
const focused = (page: Page) =>
  page.evaluate(() => document.activeElement?.closest<HTMLElement>("[data-device]")?.dataset.device ?? "");

const isOnTitle = (page: Page) =>
  until("the focus is on the title of the seats", () =>
    page.evaluate(() => document.activeElement?.id === "seats"),
  );

describeWithChromium("in a browser: the seats of an event", () => {
  let stage: Stage;
  before(async () => {
    stage = await Stage.open();
  });
  after(() => stage.close());

  /** People without a page, all in the event. Their devices are called as they are. */
  async function crowd(scene: Scene, ...names: string[]): Promise<Map<string, RawClient>> {
    const people = new Map<string, RawClient>();
    for (const name of names) {
      const who = {
        event_id: scene.eventId,
        device_id: name,
        session_token: `the secret of ${name}`,
        display_name: name,
      };
      people.set(name, await RawClient.join(stage.url, who, { isDeaf: true }));
    }
    return people;
  }

  async function leave(people: Map<string, RawClient>, host: HostPage, ...names: string[]): Promise<void> {
    for (const name of names) people.get(name)?.socket.terminate();
    for (const name of names) await host.sees(name, "away");
  }

  const shown = (page: Page) =>
    page.locator("[data-test=seat]").evaluateAll((seats) => seats.map((seat) => seat.dataset.device));

  const names = async (page: Page) =>
    (await page.locator("[data-test=seat] .person-name bdi").allInnerTexts()).toSorted().join(", ");

  it("[B100] each number is as large as the list that it filters: a name twice in the list, and who was removed before", async () => {
    const scene = stage.scene();
    const first = await scene.host();
    const client = new HostClient({ url: stage.url, token: await stage.hostToken() });
    await client.change(scene.eventId, { expected_names: ["Ann", "Ann", "Zoe"] });
    const people = await crowd(scene, "Ann", "Bob", "Cem", "Eve");
    await leave(people, first, "Bob");
    await first.pick("Eve", "remove");
    await first.answers(/Eve.? is removed/);
    const host = await scene.host();
    const { page } = host;
    await page.locator("[data-test=filter-never-came]").filter({ hasText: "2" }).waitFor();
    for (const [kind, who] of [
      ["connected", "Ann, Cem"],
      ["away", "Bob"],
      ["left", "Eve"],
      ["never-came", "Ann, Zoe"],
    ] as const) {
      const filter = at(page, `filter-${kind}`);
      await filter.click();
      await until(`${kind}: ${who}`, async () => (await names(page)) === who);
      expect(await filter.locator(".count-number").innerText(), kind).to.equal(
        String(who.split(", ").length),
      );
      await filter.click();
    }
    await scene.close();
  });

  it("[B104] who is not on the list is marked in rows and in tiles, and that is read out", async () => {
    const scene = stage.scene();
    const host = await scene.host();
    const client = new HostClient({ url: stage.url, token: await stage.hostToken() });
    await client.change(scene.eventId, { expected_names: ["Ann"] });
    await crowd(scene, "Ann", "Bob");
    const { page } = host;
    await host.sees("Bob", "connected");
    await page.getByRole("row", { name: /Bob.*not on your list/ }).waitFor();
    expect(await page.getByRole("row", { name: /Ann.*not on your list/ }).count()).to.equal(0);
    await at(page, "view-tiles").check({ force: true });
    await page.getByRole("gridcell", { name: /Bob.*not on your list/ }).waitFor();
    await host.row("Bob").locator(".stranger").waitFor();
    expect(await host.row("Ann").locator(".stranger").count()).to.equal(0);
    await scene.close();
  });

  it("[B127] a class of thirty is on one screen of 1280 by 800 as tiles", async () => {
    const scene = stage.scene();
    const host = await scene.host();
    const { page } = host;
    await page.setViewportSize({ width: 1280, height: 800 });
    const client = new HostClient({ url: stage.url, token: await stage.hostToken() });
    const expected = Array.from({ length: 28 }, (_, n) => `Pupil ${n + 10}`);
    await client.change(scene.eventId, { title: "Biology, class 7b", expected_names: expected });
    const people = await crowd(scene, ...expected.slice(0, 26), "Bob Stranger", "Eve Stranger");
    await leave(people, host, "Pupil 12", "Pupil 13");
    await at(page, "view-tiles").check({ force: true });
    const tiles = page.locator("[data-test=seat].tile");
    await until("all have a tile", async () => (await tiles.count()) === 30);
    await until("the last tile ends above 800 px", () =>
      tiles.evaluateAll((all) => all.every((tile) => tile.getBoundingClientRect().bottom + scrollY < 800)),
    );
    await scene.close();
  });

  it("[B128] what marks a row whose person is not on the list is not cut: a sign on a phone, words where there is room", async () => {
    const scene = stage.scene();
    const host = await scene.host();
    const { page } = host;
    const client = new HostClient({ url: stage.url, token: await stage.hostToken() });
    await client.change(scene.eventId, { expected_names: ["Ann"] });
    const people = await crowd(scene, "Ann", "Maximiliana Brandenburg-Hohenlohe", "Bob");
    await leave(people, host, "Bob");
    for (const [width, mark] of [
      [390, ".stranger"],
      [320, ".stranger"],
      [700, ".tag"],
    ] as const) {
      await page.setViewportSize({ width, height: 1400 }); // all three are in the document
      const marks = page.locator(`[data-test=seat] :is(.tag, .stranger):visible`);
      const looks = await marks.evaluateAll(
        (all, wanted) =>
          all.map((each) => {
            const [own, around] = [each, each.closest(".person-words")!].map((box) =>
              box.getBoundingClientRect(),
            );
            const isIn = own!.left >= around!.left - 0.5 && own!.right <= around!.right + 0.5;
            return each.matches(wanted) && isIn && each.scrollWidth <= each.clientWidth + 1;
          }),
        mark,
      );
      expect(looks, `${width} px`).to.deep.equal([true, true]);
    }
    await scene.close();
  });

  it("[B108] several who were removed are chosen no more; chosen again they are let in again", async () => {
    const scene = stage.scene();
    const host = await scene.host();
    await crowd(scene, "Ann", "Bob", "Cem");
    const { page } = host;
    await host.sees("Cem", "connected");
    const both = async () => {
      await host.control("Ann", "choose").click();
      await host.control("Cem", "choose").click();
      await at(page, "chosen").getByText("2 chosen", { exact: true }).waitFor();
    };
    await both();
    await at(page, "chosen-remove").click();
    await at(page, "confirm").click();
    await at(page, "chosen").waitFor({ state: "detached" });
    await host.sees("Ann", "left");
    await host.sees("Cem", "left");
    await both();
    expect(await at(page, "chosen-remove").count()).to.equal(0);
    await at(page, "chosen-readmit").click();
    await host.answers("2 people may come again.");
    await scene.close();
  });

  it("[B120] somebody is removed at once; the undo lets the device in again, and so does the list of those removed", async () => {
    const scene = stage.scene();
    const host = await scene.host();
    const device = await scene.device();
    const ann = await scene.participant("Ann", device);
    await host.pick("Ann", "remove");
    await ann.says("A host has removed you");
    await host.answers(/Ann.? is removed/);
    await at(host.page, "undo").focus();
    await host.page.keyboard.press("Enter");
    await host.answers(/Ann.? may come again/);
    await at(host.page, "removed").waitFor({ state: "detached" });
    await isOnTitle(host.page);
    const again = await scene.participant("Ann", device);
    await host.sees("Ann", "connected");
    await host.pick("Ann", "remove");
    await again.says("A host has removed you");
    await at(host.page, "undo").focus();
    await at(host.page, "undo").waitFor({ state: "detached", timeout: 20_000 }); // its time is over
    await isOnTitle(host.page);
    await at(host.page, "removed").locator("summary").click();
    await at(host.page, "removed").locator("[data-test=readmit]").click();
    await at(host.page, "removed").waitFor({ state: "detached" });
    await scene.participant("Ann", device);
    await host.sees("Ann", "connected");
    await scene.close();
  });

  it("[B105] who is let in again while the page is open is told so there, and is in by itself, or by one button", async () => {
    const scene = stage.scene();
    const host = await scene.host();
    const [ann, bob] = [await scene.participant("Ann"), await scene.participant("Bob")];
    for (const name of ["Ann", "Bob"]) {
      await host.pick(name, "remove");
      await host.answers(new RegExp(`${name}.? is removed`));
    }
    await ann.is("kicked");
    await bob.is("kicked");
    await at(bob.page, "retry").click(); // it is still so
    await bob.is("kicked");
    await at(host.page, "removed").locator("summary").click();
    for (const name of ["Ann", "Bob"])
      await at(host.page, "removed").locator("li").filter({ hasText: name }).getByRole("button").click();
    await host.answers(/Bob.? may come again/);
    await at(bob.page, "retry").click();
    await until(
      "Ann's page, whose network is back, has asked",
      async () => {
        await ann.page.evaluate(() => void dispatchEvent(new Event("online")));
        return (await at(ann.page, "own-status").getAttribute("data-status")) === "here";
      },
      20_000,
    );
    for (const person of [bob, ann]) {
      await person.page.locator("[data-status=here][data-return=let-in-again]").waitFor();
      await person.page.getByText("The host has let you in again.", { exact: true }).waitFor();
      await host.sees(person.name, "connected");
    }
    await ann.page.reload();
    await ann.is("here"); // it is a seat like any other
    await scene.close();
  });

  it("[B121] everyone who is away, and those who are chosen, get more time, and all pages know", async () => {
    const scene = stage.scene();
    const host = await scene.host();
    const people = await crowd(scene, "Ann", "Bob", "Cem", "Dan");
    await leave(people, host, "Ann", "Bob", "Cem");
    const until0 = await scene.seat("Ann");
    await at(host.page, "extend-away").click();
    await host.answers("3 people have more time.");
    expect((await scene.seat("Ann")).grace_expires_at - until0.grace_expires_at).to.equal(4 * graceMs);
    await at(host.page, "sort").selectOption("name");
    await host.control("Ann", "choose").click();
    await host.control("Cem", "choose").click({ modifiers: ["Shift"] });
    await at(host.page, "chosen").getByText("3 chosen", { exact: true }).waitFor();
    await host.control("Bob", "choose").click();
    await at(host.page, "chosen-end").click();
    await at(host.page, "confirm").click();
    await host.answers("2 seats are free.");
    await host.sees("Ann", "left");
    await host.sees("Cem", "left");
    await host.sees("Bob", "away");
    await scene.close();
  });

  it("[B122] of many only those near the window are in the document, with their places; the last is reached by a key", async () => {
    const scene = stage.scene();
    const host = await scene.host();
    const names = Array.from({ length: 150 }, (_, number) => `Guest ${1000 + number}`);
    await crowd(scene, ...names);
    const { page } = host;
    await at(page, "sort").selectOption("name");
    await until(
      "all are counted",
      async () => (await at(page, "seats").getAttribute("aria-rowcount")) === "150",
    );
    expect((await shown(page)).length).to.be.below(60);
    await host.control("Guest 1000", "open").focus();
    await page.keyboard.press("End");
    await until("the last has the focus", async () => (await focused(page)) === "Guest 1149");
    expect(await host.row("Guest 1149").getAttribute("aria-rowindex")).to.equal("150");
    expect((await shown(page)).length).to.be.below(60);
    await at(page, "search").fill("1042");
    await until("one is found", async () => (await shown(page)).join() === "Guest 1042");
    await scene.close();
  });

  it("[B123] by keyboard: from one to the next, choosing, opening; and the focus stays in the list when somebody goes", async () => {
    const scene = stage.scene();
    const host = await scene.host();
    const people = await crowd(scene, "Ann", "Bob", "Cem", "Dan");
    const { page } = host;
    const { keyboard } = page;
    await at(page, "sort").selectOption("name");
    await host.sees("Dan", "connected");
    expect(await page.locator("[data-test=seat][tabindex='0']").count(), "one stop of the Tab key").to.equal(
      1,
    );
    await host.row("Ann").focus();
    await keyboard.press("ArrowDown");
    expect(await focused(page)).to.equal("Bob");
    await keyboard.press("Space");
    await keyboard.press("Shift+ArrowDown");
    await at(page, "chosen").getByText("2 chosen", { exact: true }).waitFor();
    await keyboard.press("Control+a");
    await at(page, "chosen").getByText("4 chosen", { exact: true }).waitFor();
    await keyboard.press("Escape");
    await at(page, "chosen").waitFor({ state: "detached" });
    await keyboard.press("Enter");
    await page.locator("[data-test=person][data-device=Cem]").waitFor();
    await keyboard.press("Escape");
    await until("the focus is back", async () => (await focused(page)) === "Cem");
    await leave(people, host, "Bob");
    await host.control("Bob", "extend-30").focus();
    people.set("Bob", (await crowd(scene, "Bob")).get("Bob") as RawClient);
    await host.sees("Bob", "connected"); // and the button with the focus is gone
    await until("the focus is on the row", async () => (await focused(page)) === "Bob");
    await leave(people, host, "Bob");
    await at(page, "extend-away").focus();
    await crowd(scene, "Bob");
    await at(page, "extend-away").waitFor({ state: "detached" });
    await isOnTitle(page);
    await scene.close();
  });

  it("[B124] the order stands still while the list is used, and is sorted when that is asked for", async () => {
    const scene = stage.scene();
    const host = await scene.host();
    const people = await crowd(scene, "Ann", "Bob", "Cem");
    const { page } = host;
    await host.sees("Cem", "connected");
    await host.row("Ann").focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space"); // somebody is chosen: by itself it is not sorted any more
    await at(page, "chosen").waitFor();
    const order = await shown(page);
    await leave(people, host, "Cem");
    expect(await shown(page)).to.deep.equal(order);
    await at(page, "sort-again").focus();
    await page.keyboard.press("Enter");
    await until("Cem is first", async () => (await shown(page))[0] === "Cem");
    expect(await at(page, "sort-again").count()).to.equal(0);
    await isOnTitle(page);
    await scene.close();
  });

  it("[B125] axe finds nothing in any look of list, tiles, menu and one person, and nothing sticks out at 320 px", async () => {
    const scene = stage.scene();
    const host = await scene.host(await scene.device({ viewport: { width: 320, height: 700 } }));
    const { page } = host;
    const people = await crowd(
      scene,
      "Ann Lee",
      "ann lee",
      "Bartholomäus-Maximilian von und zu Wolkenstein",
      "Cem",
    );
    await leave(people, host, "Cem");
    const isFine = async (state: string) => {
      expect(await violationsInEveryLook(page), state).to.deep.equal([]);
      expect(await overflowsOf(page), state).to.deep.equal([]);
    };
    await isFine("the list");
    await host.control("Cem", "choose").click();
    await isFine("one is chosen");
    await host.control("Cem", "more").click();
    await isFine("the menu");
    await page.keyboard.press("Escape");
    await host.control("Cem", "open").click();
    await isFine("one person");
    await page.keyboard.press("Escape");
    await at(page, "view-tiles").check({ force: true });
    await host.sees("Cem", "away");
    await isFine("tiles");
    await at(page, "search").fill("nobody");
    await isFine("nobody is found");
    await scene.close();
  });

  it("[B12] none of this has made a page complain", () => {
    expect(stage.complaints).to.deep.equal([]);
  });
});
