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
