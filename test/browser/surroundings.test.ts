import { expect } from "chai";
import type { BrowserContext, Route } from "playwright-core";
import { describeWithChromium } from "../../harness/browsers/browser.ts";
import { identity, Phone } from "../../harness/clients/phone.ts";
import { type Scene, Stage } from "./stage.ts";

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

  it("[B79] who has left is read out by name, though no list has it any more", async () => {
    const scene = stage.scene();
    const ann = await scene.participant("Ann");
    const bo = await Phone.join(stage.url, { ...identity(scene.eventId), display_name: "Bo" });
    await ann.person("Bo").waitFor();
    await bo.room.leave();
    await ann.page
      .getByRole("status")
      .filter({ hasText: /\u2068Bo\u2069 left\./ })
      .waitFor();
    await scene.close();
  });

  it("[B181] with every storage blocked a participant is in, and a host sees and runs the event", async () => {
    const scene = stage.scene();
    const ann = await scene.visitor("Ann", await withoutStorage(scene));
    await scene.open();
    await ann.page.goto(stage.linkTo(scene.eventId));
    await ann.takeSeat();
    await ann.says("You are here");
    const host = await scene.host(await withoutStorage(scene));
    await host.sees("Ann", "connected");
    await host.button("Lock").click();
    await host.answers("Locked: nobody new can join.");
    expect([...ann.complaints.ours, ...host.complaints.ours]).to.deep.equal([]);
    await scene.close();
  });

  it("[B183] the lobby of a dark room is printed in ink: the address, the code and the QR code, and nothing else", async () => {
    const scene = stage.scene();
    const host = await scene.host();
    await host.button("Lobby").click();
    await host.button("Dark").click();
    await host.page.emulateMedia({ media: "print" });
    const inkOf = (element: HTMLElement) => getComputedStyle(element).color;
    const [red = 255] = /\d+/.exec(await host.page.locator(".lobby-address").evaluate(inkOf)) ?? [];
    expect(Number(red), "dark on paper").to.be.below(80);
    expect(await host.page.locator(".lobby-code, .qr").count()).to.equal(2);
    expect(await host.page.getByRole("button").filter({ visible: true }).count()).to.equal(0);
    await scene.close();
  });

  it("[B182] a link that can name no event names none", async () => {
    const scene = stage.scene();
    const host = await scene.strangerAtHost();
    await host.page.goto(await stage.hostLink("x".repeat(3000)));
    await host.page
      .getByText(/^(?:Pick an event|No event is open)/)
      .first()
      .waitFor();
    const ann = await scene.visitor("Ann");
    await ann.page.goto(stage.linkTo("x".repeat(3000)));
    await ann.takeSeat();
    await ann.page.getByText("Please enter the code of the event.").waitFor();
    await scene.close();
  });

  it("[B182] a code that no event has is put on no wall", async () => {
    const scene = stage.scene("NOEVNT");
    const host = await scene.strangerAtHost();
    await host.page.goto(await stage.hostLink());
    await host.button("Sign out").waitFor();
    await host.page.goto(`${stage.url}/host?event=NOEVNT&view=lobby`);
    await host.page.getByText("There is no event with this code").first().waitFor();
    expect(await host.page.locator("[data-test=projector], .qr").count()).to.equal(0);
    expect(await host.button("Lobby").isDisabled()).to.equal(true);
    await scene.close();
  });

  it("[B184] a mistyped code can be put right while nobody answers", async () => {
    const scene = stage.scene("K7Q4XR");
    await scene.open();
    const ann = await scene.visitor("Ann");
    await ann.page.goto(stage.url);
    const held: Route[] = [];
    await ann.page.route("**/matchmake/**", (route) => void held.push(route));
    await ann.takeSeat("K7Q4XX");
    await ann.page.getByText("Nothing comes through yet.").waitFor();
    await ann.page.unroute("**/matchmake/**");
    await ann.takeSeat("K7Q4XR");
    await ann.says("You are here");
    await Promise.all(held.map((route) => route.continue().catch(() => {}))); // the first is answered after all
    await scene.seat("Ann");
    expect(new URL(ann.page.url()).searchParams.get("event")).to.equal("K7Q4XR");
    await ann.says("You are here");
    await scene.close();
  });

  it("[B185] a browser of 2022 is a way in, and enough for a host", async () => {
    const scene = stage.scene();
    await scene.open();
    const ann = await scene.visitor("Ann", await ofTheYear2022(scene));
    await ann.page.goto(stage.linkTo(scene.eventId));
    await ann.takeSeat();
    await ann.says("You are here");
    await ann.page.reload();
    await ann.says("You are here");
    await ann.person("Ann").waitFor();
    const host = await scene.host(await ofTheYear2022(scene));
    await host.sees("Ann", "connected");
    await host.pick("Ann", "remove");
    await ann.says("A host has removed you");
    expect([...ann.complaints.ours, ...host.complaints.ours]).to.deep.equal([]);
    await scene.close();
  });
});

/** A device whose browser keeps nothing for pages: naming a storage throws, as with all cookies blocked. */
async function withoutStorage(scene: Scene): Promise<BrowserContext> {
  const device = await scene.device();
  await device.addInitScript(() => {
    for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"])
      Object.defineProperty(window, name, {
        get: () => {
          throw new DOMException("blocked", "SecurityError");
        },
      });
  });
  return device;
}

/** A device whose browser lacks what scripts were given after 2022; what its stylesheet knows cannot be taken away. */
async function ofTheYear2022(scene: Scene): Promise<BrowserContext> {
  const device = await scene.device();
  await device.addInitScript(() => {
    const newer: readonly (readonly [object, string])[] = [
      ["toSorted", "toReversed", "toSpliced", "with"].map((name) => [Array.prototype, name] as const),
      ["isWellFormed", "toWellFormed"].map((name) => [String.prototype, name] as const),
      ["union", "difference", "intersection", "isSubsetOf"].map((name) => [Set.prototype, name] as const),
      ["withResolvers", "try"].map((name) => [Promise, name] as const),
      ["any", "timeout"].map((name) => [AbortSignal, name] as const),
      [[Object, "groupBy"] as const, [Map, "groupBy"] as const, [URL, "canParse"] as const],
      [[Array, "fromAsync"] as const, [window, "Iterator"] as const],
    ].flat();
    for (const [from, name] of newer) Reflect.deleteProperty(from, name);
    const iterators = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())) as object;
    for (const name of Object.getOwnPropertyNames(iterators)) Reflect.deleteProperty(iterators, name);
  });
  return device;
}
