// Events that hosts make over HTTP: under a name that they give, or under a fresh code.
import type { Caller } from "../identity/identity.ts";
import type { DescribedCreation } from "../protocol/incoming/opening.ts";
import { Refusal, retryHintMs, retryLater } from "../protocol/refusal.ts";
import { randomCode } from "./codes.ts";
import type { CreationLimits, EventMaker } from "./ports.ts";
import type { AskedEvent } from "./requests.ts";

/** With 10,000 events one code in 19,000 is taken; that so many in a row are means that something else is wrong. */
const tries = 8;

/** Settings of these names, in lower case, and what they make of a change. */
export interface CreationRules {
  readonly eventCreation: "anyone" | "hosts" | "server";
  /** @throws Refusal 400 for what this server's settings do not allow */
  check(details: AskedEvent["details"]): void;
}

export class Creations {
  readonly #maker: EventMaker;
  readonly #limits: CreationLimits;
  readonly #rules: CreationRules;
  readonly #codeOf: () => string;

  /** @param codeOf where codes come from: chance, but in tests */
  constructor(maker: EventMaker, limits: CreationLimits, rules: CreationRules, codeOf = randomCode) {
    this.#maker = maker;
    this.#limits = limits;
    this.#rules = rules;
    this.#codeOf = codeOf;
  }

  /**
   * Makes sure that an event is there, and stored. One that is there stays as it is.
   * @throws Refusal 400, 403 where only the server's own code makes events, 409, 410, 429, 503
   */
  async create(asked: AskedEvent, caller: Caller): Promise<DescribedCreation> {
    if (this.#rules.eventCreation === "server")
      throw new Refusal(403, "Events of this server are made by its own code", { reason: "not_allowed" });
    const { eventId, type, options, details } = asked;
    this.#rules.check(details);
    if (type !== undefined && !this.#maker.hasType(type))
      throw new Refusal(400, "Invalid type: there is no such type of events", { reason: "invalid_field" });
    this.#limits.creates(caller);
    const what = { type, options, details };
    return eventId === undefined
      ? this.#createFresh(what)
      : described(await this.#maker.open({ eventId, ...what }));
  }

  /** Under a code of no event that is there or remembered. */
  async #createFresh(what: Omit<AskedEvent, "eventId">): Promise<DescribedCreation> {
    for (let i = 0; i < tries; i++) {
      try {
        return described(await this.#maker.open({ eventId: this.#codeOf(), mustBeNew: true, ...what }));
      } catch (error) {
        if (!(error instanceof Refusal) || error.reason !== "already_there") throw error;
      }
    }
    throw retryLater("No free code was found", retryHintMs);
  }
}

/** In a cluster that is being updated another process may be of an earlier version, which says nothing of what it made. */
function described(creation: DescribedCreation): DescribedCreation {
  if ((creation as Partial<DescribedCreation>).event === undefined)
    throw retryLater("The event cannot be described just now", retryHintMs);
  return creation;
}
