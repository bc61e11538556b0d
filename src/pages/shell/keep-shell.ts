// The page's side of the service worker: keeps this page's shell once it is in an event, and says when no event is in the way of a
// new one. Where there are no service workers (plain http, private windows) nothing happens.
import { afterPaint } from "../ui/after-paint.ts";
import { type ToPage, type ToWorker, workerFile } from "./worker/names.ts";

/** What this page has, where it can have one: undefined on plain http. */
const workers = (navigator as { serviceWorker?: ServiceWorkerContainer }).serviceWorker;

export class ShellKeeper {
  readonly #page: string;
  #isInEvent = false;

  /** @param page which one this is: its HTML's name */
  constructor(page: "index" | "host") {
    this.#page = page;
  }

  /**
   * Answers workers that ask, from now on; one that waits already may take over.
   * @param isInEvent the page is on its way back into an event: nothing of it changes meanwhile
   */
  begin(isInEvent: boolean): void {
    this.#isInEvent = isInEvent;
    workers?.addEventListener("message", ({ data, ports }) => {
      if ((data as Partial<ToPage> | null)?.type === "is_in_event") ports[0]?.postMessage(this.#isInEvent);
    });
    workers?.startMessages();
    if (!isInEvent) void this.#allowTakeOver();
  }

  /** The page has gone into an event: what it is made of is kept now, and nothing of it changes until it leaves. */
  entered(): void {
    this.#isInEvent = true;
    void afterPaint().then(() => this.#keep());
  }

  /** The page is in no event any more. */
  left(): void {
    this.#isInEvent = false;
    void this.#allowTakeOver();
  }

  async #keep(): Promise<void> {
    try {
      const address = new URL(`./${workerFile}`, location.href);
      await workers?.register(address, { updateViaCache: "none" });
      const registration = await workers?.ready;
      const { lang: language } = document.documentElement;
      registration?.active?.postMessage({ type: "keep", page: this.#page, language } satisfies ToWorker);
    } catch {
      // the page works without
    }
  }

  async #allowTakeOver(): Promise<void> {
    try {
      const registration = await workers?.getRegistration();
      // One that is being installed asked while this page was in an event, and asks nobody again by itself.
      for (const worker of [registration?.installing, registration?.waiting])
        worker?.postMessage({ type: "take_over" } satisfies ToWorker);
    } catch {
      // then at another time
    }
  }
}
