// The pages as tests of every browser read and press them: by `data-test` alone, whatever the language and the browser.
import type { Tab } from "../../../harness/browsers/tab.ts";

/** What a participant's page says of its own seat, in `data-status`. */
export type OwnStatus =
  | "connecting"
  | "here"
  | "no-answer"
  | "reconnecting"
  | "coming-back"
  | "replaced"
  | "kicked"
  | "closed"
  | "left"
  | "full"
  | "refused";

/** All ways in which a page says that it has lost its connection. */
export const awayStatuses = ["no-answer", "reconnecting", "coming-back"] as const;

export class ParticipantTab {
  readonly tab: Tab;
  readonly name: string;
  readonly #url: string;

  constructor(tab: Tab, url: string, name: string) {
    this.tab = tab;
    this.name = name;
    this.#url = url;
  }

  /** The page with the empty form. */
  async openFrontPage(): Promise<void> {
    await this.tab.goto(this.#url);
  }

  /** A link to an event. */
  async openEvent(eventId: string): Promise<void> {
    await this.tab.goto(`${this.#url}/?event=${encodeURIComponent(eventId)}`);
  }

  /** Fills in the form that is there, and sends it. */
  async takeSeat(code?: string): Promise<void> {
    if (code !== undefined) await this.tab.fill("code", code);
    await this.tab.fill("name", this.name);
    await this.tab.click("join");
  }

  /** Waits until the page says one of these of its own seat. */
  async is(...statuses: readonly OwnStatus[]): Promise<void> {
    await this.tab.waitForAttribute("own-status", "data-status", statuses, 30_000);
  }

  /** Waits until the page says that it is not let in, at the form or in place of a seat. */
  async isNotLetIn(): Promise<void> {
    await this.tab.until("it is not let in", async () => {
      const status = await this.tab.attribute("own-status", "data-status");
      return status === "refused" || /\S/.test((await this.tab.text("form-problem")) ?? "");
    });
  }

  /** Waits until the browser has the page's whole shell, for a time without a network. */
  async shellIsKept(): Promise<void> {
    const isKept = async () => {
      for (const name of await caches.keys()) {
        const cache = name.startsWith("holdfast-shell") ? await caches.open(name) : undefined;
        for (const request of (await cache?.keys()) ?? []) {
          const answer = await cache?.match(request);
          if (answer?.headers.get("content-type")?.startsWith("text/html")) return true; // it is written last
        }
      }
      return false;
    };
    await this.tab.until("the shell is kept", () => this.tab.evaluate(isKept), 30_000);
  }
}

/** How a host sees somebody. */
export type SeatKind = "connected" | "away" | "left";

export class HostTab {
  readonly tab: Tab;
  readonly #url: string;

  constructor(tab: Tab, url: string) {
    this.tab = tab;
    this.#url = url;
  }

  /** By a one-time link. */
  async signIn(code: string): Promise<void> {
    await this.tab.goto(`${this.#url}/host#code=${code}`);
    await this.isHost();
  }

  /** By its plain address. */
  async open(): Promise<void> {
    await this.tab.goto(`${this.#url}/host`);
    await this.isHost();
  }

  async isHost(): Promise<void> {
    await this.tab.waitFor("signed-in");
  }

  /** Makes an event with this title, which is then in its lobby. Returns the code that everyone sees there. */
  async createEvent(title: string): Promise<string> {
    await this.tab.click("create-open");
    await this.tab.fill("create-title", title);
    await this.tab.click("create-submit");
    await this.tab.waitFor("projector");
    await this.tab.waitForText("event-code", /\S/);
    return ((await this.tab.text("event-code")) ?? "").trim();
  }

  /** From the lobby to the event with its seats. */
  async start(): Promise<void> {
    await this.tab.click("start");
    await this.tab.waitFor("counts");
  }

  async sees(name: string, kind: SeatKind): Promise<void> {
    const isSo = (wantedName: string, wantedKind: string) =>
      [...document.querySelectorAll<HTMLElement>(`[data-test="seat"][data-kind="${wantedKind}"]`)].some(
        ({ innerText }) => innerText.includes(wantedName),
      );
    await this.tab.until(`the host sees ${name} ${kind}`, () => this.tab.evaluate(isSo, name, kind));
  }

  /** Nobody new can join any more. */
  async lock(): Promise<void> {
    await this.tab.click("lock");
    await this.tab.waitForAttribute("lock", "aria-pressed", ["true"]);
  }

  /** After the question whether it is meant. */
  async closeEvent(): Promise<void> {
    await this.tab.click("close-event");
    await this.tab.click("confirm");
    await this.tab.waitFor("closed");
  }
}
