// What is said of a rule after it was checked, and how a check says it.

/**
 * - `kept`: the room does what the contract says
 * - `broken`: it does not; `because` says what was seen instead
 * - `not checked`: it could not be tried here; `because` says what is missing
 */
export type Outcome = "kept" | "broken" | "not checked";

/** What was found of one rule. */
export interface Verdict {
  /** The rule's id in SPEC.md. */
  readonly id: string;
  /** What the rule says, as a sentence. */
  readonly title: string;
  readonly outcome: Outcome;
  /** Why; undefined for a rule that is kept. */
  readonly because?: string;
}

/** Thrown by a check that finds a rule broken: the message says what it saw. */
export class Broken extends Error {
  constructor(because: string) {
    super(because);
    this.name = "Broken";
  }
}

/** Thrown by a check that cannot be made here: the message says what is missing. */
export class NotChecked extends Error {
  constructor(because: string) {
    super(because);
    this.name = "NotChecked";
  }
}
