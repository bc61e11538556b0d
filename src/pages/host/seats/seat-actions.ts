// What a host does to people from the list, and what is said about it: to how many it was done, and for how long the way back
// is offered. What could not be done at all says whoever carries it out (`Act`). Knows nothing of how it is drawn.
import { type HostAction, type HostActionResult, mostDevices, type Whom } from "../../../protocol/session.ts";
import { isolated, wholeName } from "../../core/person.ts";
import type { SeatRow } from "../../core/seats/rows.ts";
import { t, type Words } from "../../languages/words.ts";
import type { Act } from "../act.ts";

export interface Notice {
  readonly text: string;
  /** Who may be let in again at once; empty when there is nothing to undo. */
  readonly undo: readonly SeatRow[];
}

/** The undo of a removal is offered for so long; after that the list of those removed has it. */
export const undoMs = 10_000;
const noticeMs = 7000;

export class SeatActions {
  /** Nobody new gets in: who may come again gets in only once it is unlocked, and that is said. */
  isEventLocked = false;
  readonly #act: Act;
  readonly #show: (notice: Notice | undefined) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(act: Act, show: (notice: Notice | undefined) => void) {
    this.#act = act;
    this.#show = show;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** More time for these. */
  extend(people: readonly SeatRow[], byMs: number): void {
    const act = (whom: Whom): HostAction => ({ action: "extend_grace", by_ms: byMs, ...whom });
    void this.#do(people, act, "seats.done.extend");
  }

  /** More time for everyone who is away when the server reads it. */
  extendAway(away: readonly SeatRow[], byMs: number): void {
    const action: HostAction = { action: "extend_grace", by_ms: byMs, to: "away" };
    void this.#tell(this.#ask(action), away, "seats.done.extend");
  }

  endWait(people: readonly SeatRow[]): void {
    void this.#do(people, (whom) => ({ action: "end_grace", ...whom }), "seats.done.end");
  }

  /** Removes these at once; the notice has the way back. */
  remove(people: readonly SeatRow[]): void {
    void this.#do(people, (whom) => ({ action: "kick", ...whom }), "seats.done.remove", true);
  }

  readmit(people: readonly SeatRow[]): void {
    void this.#do(people, (whom) => ({ action: "readmit", ...whom }), "seats.done.readmit");
  }

  message(people: readonly SeatRow[], text: string): void {
    const act = (ids: readonly string[]): HostAction => ({ action: "message", device_ids: ids, text });
    void this.#tell(this.#inParts(people, act), people, "seats.done.message");
  }

  dismiss(): void {
    clearTimeout(this.#timer);
    this.#show(undefined);
  }

  #do(
    people: readonly SeatRow[],
    act: (whom: Whom) => HostAction,
    done: Words,
    canUndo = false,
  ): Promise<void> {
    const [only] = people;
    const isOne = people.length === 1 && only !== undefined;
    const asked = isOne
      ? this.#ask(act({ device_id: only.deviceId }))
      : this.#inParts(people, (ids) => act({ device_ids: ids }));
    return this.#tell(asked, people, done, canUndo);
  }

  /** Its own words for "done" come later, when it is known for whom. */
  #ask(action: HostAction): Promise<HostActionResult | undefined> {
    return this.#act(action, "");
  }

  /** One after the other, as many in each as an action takes. Stops at the first that was not done. */
  async #inParts(
    people: readonly SeatRow[],
    act: (ids: readonly string[]) => HostAction,
  ): Promise<HostActionResult> {
    const doneFor: string[] = [];
    for (let from = 0; from < people.length; from += mostDevices) {
      const ids = people.slice(from, from + mostDevices).map(({ deviceId }) => deviceId);
      const result = await this.#ask(act(ids));
      if (result?.done !== true) break;
      doneFor.push(...(result.done_for ?? ids));
    }
    return { done: doneFor.length > 0, done_for: doneFor };
  }

  /** Says for whom it was done. For whom it was not is counted: they may have come back, or left, meanwhile. */
  async #tell(
    asked: Promise<HostActionResult | undefined>,
    people: readonly SeatRow[],
    done: Words,
    canUndo = false,
  ): Promise<void> {
    this.dismiss();
    const result = await asked;
    if (result?.done !== true) return;
    const isShutOut = done === "seats.done.readmit" && this.isEventLocked;
    const doneFor = new Set(result.done_for ?? people.map(({ deviceId }) => deviceId));
    const those = people.filter(({ deviceId }) => doneFor.has(deviceId));
    const did = t(done, { n: doneFor.size, name: nameOfFirst(those) });
    const text = isShutOut ? t("seats.done.readmit-locked", { done: did }) : did;
    const rest = people.length - those.length;
    this.#say(rest > 0 ? t("seats.done.part", { done: text, n: rest }) : text, canUndo ? those : []);
  }

  #say(text: string, undo: readonly SeatRow[]): void {
    clearTimeout(this.#timer);
    this.#show({ text, undo });
    this.#timer = setTimeout(() => this.#show(undefined), undo.length > 0 ? undoMs : noticeMs);
  }
}

/** For a sentence of any direction. */
function nameOfFirst([first]: readonly SeatRow[]): string {
  return first === undefined ? "" : isolated(wholeName(first));
}
