// The way in: from the form, or from the seat that this device has, to the event. The rest of the page is loaded meanwhile.
import { eventOf, fragmentValue, ownAddress } from "../core/places.ts";
import { loadWords } from "../languages/choose.ts";
import { languageOf } from "../languages/languages.ts";
import { lastName, recall, remember, type Seated } from "../participant/memory.ts";
import { keepForTab, tokenKey } from "../tab-memory.ts";
import { JoinForm, type JoinFormListener, type Wish } from "./join-form.ts";
import { awaitInstallOffer } from "./install-event.ts";
import { ShellKeeper } from "./keep-shell.ts";
import loaders from "virtual:words/participant";

/** The event, once it is loaded. Implemented by participant/app. */
export interface Room {
  /** Goes into the first of these events that there is; what comes of it is said to the door. */
  enter(wish: Wish, door: Door): void;
  /** Back into an event in which this device has a seat: shown at once, also where no server answers. */
  comeBack(eventId: string, displayName: string, door: Door): void;
  /** Nobody waits any more to be let in by `enter`; who is in stays in. */
  giveUp(): void;
}

/** What the room says of one who wants to go in. Implemented by this file. */
export interface Door {
  /** There is something to show instead of the form: the event, or why not. */
  opened(eventId: string): void;
  /** None of the events exists. */
  notFound(): void;
  /** It is in the event: the most urgent is done. */
  arrived(): void;
  /** The event is over for this page, for good. */
  over(): void;
  /** The person wants to go into an event again; this one is offered, where one is named. */
  again(eventId: string | undefined): void;
}

/** So long the form says nothing of an answer that does not come. */
const patienceMs = 4000;

export class WayIn implements JoinFormListener, Door {
  readonly #load: () => Promise<Room>;
  readonly #form = new JoinForm(this);
  readonly #shell = new ShellKeeper("index");
  #patience: ReturnType<typeof setTimeout> | undefined;
  #displayName = "";
  /** What was sent off last, until it is withdrawn. */
  #wish: Wish | undefined;

  /** @param load the rest of the page */
  constructor(load: () => Promise<Room>) {
    this.#load = load;
  }

  begin(): void {
    takeToken();
    awaitInstallOffer();
    const linked = eventOf(location.search);
    const seated = recall(linked);
    const isBack = document.documentElement.dataset.way === "back" && seated !== undefined;
    this.#shell.begin(isBack);
    if (isBack) return this.#comeBack(seated);
    void this.#loaded();
    return this.#form.takeOver(linked ?? seated?.eventId, lastName());
  }

  #comeBack({ eventId, displayName }: Seated): void {
    this.#displayName = displayName;
    void this.#loaded().then((room) => room?.comeBack(eventId, displayName, this));
  }

  wished(wish: Wish): void {
    this.#displayName = wish.displayName;
    this.#wish = wish;
    this.#patience = setTimeout(() => this.#form.refuse("waiting"), patienceMs);
    void this.#loaded().then((room) => {
      if (this.#wish === wish) room?.enter(wish, this);
    });
  }

  withdrawn(): void {
    clearTimeout(this.#patience);
    this.#wish = undefined;
    void this.#loaded().then((room) => {
      if (this.#wish === undefined) room?.giveUp();
    });
  }

  opened(eventId: string): void {
    clearTimeout(this.#patience);
    remember({ eventId, displayName: this.#displayName });
    history.replaceState(null, "", ownAddress(location.href, eventId));
    this.#form.hide();
  }

  notFound(): void {
    clearTimeout(this.#patience);
    this.#form.refuse("unknown");
  }

  arrived(): void {
    this.#shell.entered();
  }

  over(): void {
    this.#shell.left();
  }

  again(eventId: string | undefined): void {
    this.#shell.left();
    this.#form.show(eventId, lastName());
  }

  /** Undefined where a part of the page does not come: then the whole page is loaded again (shell/early). */
  async #loaded(): Promise<Room | undefined> {
    try {
      // The words are those of the HTML, whose language the server has chosen with the browser.
      const language = languageOf(document.documentElement.lang);
      const [room] = await Promise.all([this.#load(), loadWords(loaders, language)]);
      return room;
    } catch {
      dispatchEvent(new Event("holdfast-part-missing"));
      return undefined;
    }
  }
}

/** A token comes in the fragment, goes out of the address bar at once, and is kept for this tab only. */
function takeToken(): void {
  const token = fragmentValue(location.hash, "token");
  if (token === undefined) return;
  keepForTab(tokenKey(eventOf(location.search) ?? ""), token);
  history.replaceState(null, "", location.pathname + location.search);
}
