// The form of the way in, which is in the HTML from the first paint on. Takes over what was typed or asked for before there was
// any script, and where the focus was. What a code may mean is core/event-code's; what the server says comes from the room.
import { idsTyped, shownCode } from "../core/event-code.ts";

/** What somebody wants: in which events they may mean, the likeliest first, and under which name. */
export interface Wish {
  readonly eventIds: readonly string[];
  readonly displayName: string;
}

/** Learns what the form is sent off with. Implemented by shell/way-in. */
export interface JoinFormListener {
  wished(wish: Wish): void;
  /** Something else is typed while that is under way: it is not meant any more. */
  withdrawn(): void;
}

/** Why it was not enough: nothing typed, no such event, or no answer yet. */
export type FormProblem = "missing" | "unknown" | "waiting";

const typedKey = "holdfast.typed";
const page = document.documentElement;

function element<E extends HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found as E;
}

export class JoinForm {
  readonly #listener: JoinFormListener;
  readonly #whole = element("way-in");
  readonly #form = element<HTMLFormElement>("join-form");
  readonly #code = element<HTMLInputElement>("code");
  readonly #name = element<HTMLInputElement>("name");
  readonly #problem = element("form-problem");
  /** What the code field shows of our own doing, and what that means; once somebody types, it is what they type. */
  #shown: { readonly text: string; readonly eventIds: readonly string[] } | undefined;

  constructor(listener: JoinFormListener) {
    this.#listener = listener;
    this.#form.addEventListener("submit", () => this.#submit());
    this.#form.addEventListener("input", () => this.#withdraw());
    this.#code.addEventListener("blur", () => this.#tidy());
  }

  /** Fills in what is known, where nobody has typed. Then sends off what was submitted before this script was there. */
  takeOver(eventId: string | undefined, displayName: string): void {
    const [code = "", name = "", asked] = takeTyped();
    this.#fill(eventId, name === "" ? displayName : name);
    if (code !== "") this.#code.value = code;
    if (asked !== undefined) page.dataset.asked = asked;
    delete page.dataset.way; // what was kept of a seat cannot be read
    if (page.dataset.asked !== undefined) this.#submit();
    else if (this.#isFocusFree()) this.#focus();
  }

  /** On the screen again, for another event or the same. */
  show(eventId: string | undefined, displayName: string): void {
    this.settle();
    this.#code.value = "";
    this.#fill(eventId, displayName);
    this.#reveal();
    this.#focus();
  }

  hide(): void {
    this.settle();
    this.#whole.hidden = true;
    delete page.dataset.way;
  }

  /** Nothing is under way any more. */
  settle(): void {
    delete page.dataset.asked;
    this.#form.removeAttribute("aria-busy");
  }

  /** Says what is wrong, with the focus where it can be put right. */
  refuse(problem: FormProblem): void {
    const isWaiting = problem === "waiting";
    if (!isWaiting) this.settle();
    this.#reveal();
    this.#problem.textContent = this.#problem.dataset[problem] ?? "";
    this.#problem.classList.toggle("is-error", !isWaiting);
    this.#code.setAttribute("aria-invalid", String(!isWaiting));
    if (isWaiting) return;
    this.#code.focus();
    this.#code.select();
  }

  #reveal(): void {
    delete page.dataset.way;
    this.#whole.hidden = false;
  }

  #fill(eventId: string | undefined, displayName: string): void {
    if (eventId !== undefined) {
      // Of a link: exactly as it is.
      if (this.#code.value === "") this.#put(shownCode(eventId), [eventId]);
    }
    if (this.#name.value === "") this.#name.value = displayName;
  }

  /** Nobody has begun to type anywhere. */
  #isFocusFree(): boolean {
    const { activeElement } = document;
    return activeElement === document.body || activeElement === null || activeElement === this.#code;
  }

  #focus(): void {
    (this.#code.value === "" ? this.#code : this.#name).focus();
  }

  /** A code is shown in two groups once it is whole. */
  #tidy(): void {
    const eventIds = this.#meant();
    if (eventIds[0] !== undefined) this.#put(shownCode(eventIds[0]), eventIds);
  }

  #put(text: string, eventIds: readonly string[]): void {
    this.#shown = { text, eventIds };
    this.#code.value = text;
  }

  #meant(): readonly string[] {
    const typed = this.#code.value;
    return typed === this.#shown?.text ? this.#shown.eventIds : idsTyped(typed);
  }

  /** Whoever sees a mistake while nobody answers can put it right, and send it off again. */
  #withdraw(): void {
    if (this.#form.getAttribute("aria-busy") !== "true") return;
    this.settle();
    this.#problem.textContent = "";
    this.#listener.withdrawn();
  }

  #submit(): void {
    if (this.#form.getAttribute("aria-busy") === "true") return;
    const eventIds = this.#meant();
    if (eventIds.length === 0) return this.refuse("missing");
    page.dataset.asked = "";
    this.#form.setAttribute("aria-busy", "true");
    this.#problem.textContent = "";
    this.#code.removeAttribute("aria-invalid");
    this.#listener.wished({ eventIds, displayName: this.#name.value.trim() });
  }
}

/** What the page before this one has kept: the script did not come, and it was loaded again (shell/early). */
function takeTyped(): (string | undefined)[] {
  try {
    const kept = sessionStorage.getItem(typedKey);
    sessionStorage.removeItem(typedKey);
    return kept === null ? [] : (JSON.parse(kept) as (string | null)[]).map((value) => value ?? undefined);
  } catch {
    return [];
  }
}
