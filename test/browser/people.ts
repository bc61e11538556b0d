// The two pages as a person has them: what is read there, found by roles and words, and what can be pressed.
// Knows no server; waits for what it is told to.
import type { Locator, Page } from "playwright-core";
import { type Complaints, complaintsOf } from "../../harness/browsers/browser.ts";
import { until } from "../../harness/wait.ts";

/** A page, and what its console has said from its first line on. */
export class Watched {
  readonly page: Page;
  readonly complaints: Complaints;

  constructor(page: Page) {
    this.page = page;
    this.complaints = complaintsOf(page);
  }

  heading(name: string): Locator {
    return this.page.getByRole("heading", { name, exact: true });
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  region(name: string): Locator {
    return this.page.getByRole("region", { name, exact: true });
  }
}

/** What a page says of its own seat, as its heading. */
export type OwnTitle =
  | "Taking your seat"
  | "You are here"
  | "Coming back"
  | "You have left"
  | "A host has removed you"
  | "The event is over"
  | "Your seat is in use elsewhere"
  | "You were not let in"
  | "There is no event with this code"
  | "The server cannot be reached";

export class ParticipantPage extends Watched {
  readonly name: string;

  constructor(page: Page, name: string) {
    super(page);
    this.name = name;
  }

  /** Fills in the form that is on the page. */
  async takeSeat(code?: string): Promise<void> {
    if (code !== undefined) await this.page.getByLabel("Event code").fill(code);
    await this.page.getByLabel("Your name").fill(this.name);
    // a font that comes between a press and its release moves the button away from under both
    await this.page.evaluate(async () => void (await document.fonts.ready));
    await this.button("Take a seat").click();
  }

  async says(title: OwnTitle, withinMs = 10_000): Promise<void> {
    await this.heading(title)
      .waitFor({ timeout: withinMs })
      .catch(async () => {
        throw new Error(
          `${this.name}'s page does not say "${title}" in ${withinMs} ms: ${await this.text()}`,
        );
      });
  }

  /** The title of the own seat, at this moment. */
  async title(): Promise<string> {
    return this.page.locator("#own-title").innerText();
  }

  /** Everything in one's own part, as it is read. */
  async text(): Promise<string> {
    const own = this.page.locator("main:not([hidden])");
    return (await own.count()) === 0 ? "(nothing)" : (await own.innerText()).slice(0, 600);
  }

  /** Waits until it says this of its own seat. @param reason which refusal it is, in the wire's word */
  async is(status: string, reason?: string, withinMs = 20_000): Promise<void> {
    const why = reason === undefined ? "" : `[data-reason=${reason}]`;
    await this.page
      .locator(`[data-test=own-status][data-status=${status}]${why}`)
      .waitFor({ timeout: withinMs })
      .catch(async () => {
        throw new Error(`${this.name}'s page is not ${status} in ${withinMs} ms: ${await this.text()}`);
      });
  }

  /** Waits until it has come back to its seat, or to another; with all that happened meanwhile, or without. */
  async isBack(how: "whole" | "as-is" | "new-seat", withinMs = 10_000): Promise<void> {
    const own = this.page.locator(`[data-test=own-status][data-status=here][data-return=${how}]`);
    await own.waitFor({ timeout: withinMs });
  }

  /** Seconds that the own countdown shows. */
  async seconds(): Promise<number> {
    return secondsIn(this.page.locator("[data-test=own-status]"));
  }

  /** Seconds that the roster shows for somebody who is away. */
  async secondsOf(name: string): Promise<number> {
    return secondsIn(this.person(name));
  }

  /** Somebody in the roster. */
  person(name: string): Locator {
    return this.region("In the room")
      .getByRole("listitem")
      .filter({ has: this.page.getByText(name, { exact: true }) });
  }
}

const letters = new Map([
  ["joined", "J"],
  ["came back", "B"],
]);

export type HostSees = "connected" | "away" | "left" | "never-came" | "absent";

export class HostPage extends Watched {
  async isLive(withinMs = 10_000): Promise<void> {
    await this.page.locator("[data-test=host-status][data-status=connected]").waitFor({ timeout: withinMs });
  }

  /** A person's row or tile. */
  row(name: string): Locator {
    return this.page.locator("[data-test=seat]").filter({ has: this.page.getByText(name, { exact: true }) });
  }

  /** A control of a person's row, by its name for tests. */
  control(name: string, control: string): Locator {
    return this.row(name).locator(`[data-test=${control}]`);
  }

  /** Does what the menu of a person's row offers. */
  async pick(name: string, item: string): Promise<void> {
    await this.control(name, "more").click();
    await this.page.getByRole("menu").locator(`[data-test=${item}]`).click();
  }

  /** How the list shows a participant. */
  async status(name: string): Promise<HostSees> {
    const kinds = await this.row(name).evaluateAll((rows) => rows.map((row) => row.dataset.kind));
    if (kinds.length > 1) throw new Error(`${name} is listed ${kinds.length} times`);
    return (kinds[0] as HostSees | undefined) ?? "absent";
  }

  async sees(name: string, status: HostSees, withinMs = 10_000): Promise<void> {
    await until(
      `the host sees ${name} as ${status}`,
      async () => (await this.status(name)) === status,
      withinMs,
    ).catch(async (error: Error) => {
      throw new Error(`${error.message}; it is ${await this.status(name)}, told: ${await this.story(name)}`);
    });
  }

  async seconds(name: string): Promise<number> {
    return secondsIn(this.row(name));
  }

  /** The story as letters, for what may have gone either way: joined, away, back, left. */
  async letters(name: string): Promise<string> {
    const story = await this.story(name);
    return story.map((words) => letters.get(words) ?? (words.startsWith("is away") ? "A" : "L")).join("");
  }

  /** What the feed tells of a participant, oldest first. */
  async story(name: string): Promise<string[]> {
    const entries = this.region("Event feed").getByRole("listitem").filter({ hasText: name });
    const lines = await entries.locator("span").allInnerTexts();
    return lines.map((line) => line.replace(`\u2068${name}\u2069`, "").trim()).toReversed();
  }

  /** The live region that answers an action. */
  async answers(text: string | RegExp, withinMs = 5000): Promise<void> {
    await this.page.getByRole("status").filter({ hasText: text }).first().waitFor({ timeout: withinMs });
  }
}

async function secondsIn(place: Locator): Promise<number> {
  const text = await place.locator(".seconds").innerText();
  const [, minutes = "0", rest] = /^(?:(\d+):)?(\d+)(?: ?s)?$/.exec(text) ?? [];
  if (rest === undefined) throw new Error(`not a countdown: ${text}`);
  return Number(minutes) * 60 + Number(rest);
}
