// The contract's rules that every room class must keep, as a suite of a test runner's or as a list of verdicts.
import type { ToJSON } from "@colyseus/schema";
import type { AnyEventRoom } from "../../rooms/framework/event-room.ts";
import type { EventSchema } from "../../schema/event-state.ts";
import { fieldOf } from "../../schema/internals.ts";
import { judge, rules } from "./check.ts";
import type { ConformanceOptions, RealServer } from "./options.ts";
import { KitVenue } from "./kit-venue.ts";
import { RealVenue } from "./real-venue.ts";
import { findRunner, skip, type TestRunner } from "./runner.ts";
import type { Verdict } from "./verdict.ts";
import type { Venue } from "./venue.ts";

/** A room class, as `createApp` takes it. */
export type RoomClass<R extends AnyEventRoom> = new () => R;

/** A room's state as a client has it, as plain data: maps are objects. */
export type PlainStateOf<R extends AnyEventRoom> = ToJSON<R["state"]>;

/** How a suite is registered. */
export interface SuiteOptions<State = unknown> extends ConformanceOptions<State> {
  /** Whose tests they are, where the suite shall not find that out itself. */
  readonly runner?: TestRunner;
}

/**
 * Registers a suite that checks the rules of the contract that a room class must keep (docs/contract.md), one test for each,
 * with mocha, or whatever else has put `describe` and `it` on the global object, or with Node's own runner. The titles begin
 * with the ids of SPEC.md. A rule that cannot be checked is skipped; one that the options except has no test.
 * @param room the class; with `options.server` the class that that server serves
 * @throws Error with a sentence where there is no test runner
 * @example
 * conformance(QuizRoom, {
 *   change: { type: "next" },
 *   publish: { type: "answer", payload: (n) => n, effects: (state) => state.answers.length },
 * });
 */
export function conformance<R extends AnyEventRoom>(
  room: RoomClass<R>,
  options: SuiteOptions<PlainStateOf<R>> = {},
): void {
  const { describe, it, before, after } = options.runner ?? findRunner();
  describe(`${room.name} keeps the contract`, () => {
    const checking = new Checking(room, options as ConformanceOptions);
    before(() => checking.begin());
    after(() => checking.end());
    for (const { id, title } of rules.filter((rule) => options.except?.includes(rule.id) !== true))
      it(`[${id}] ${title}`, async function (this: unknown) {
        const verdict = await checking.check(id);
        if (verdict.outcome === "broken") throw new Error(verdict.because);
        if (verdict.outcome === "not checked") skip(this, verdict.because ?? "");
      });
  });
}

/**
 * Checks the same rules without a test runner.
 * @returns a verdict for each rule, in one order
 * @throws Error where there is no server, or the options cannot be
 * @example
 * for (const { id, outcome, because } of await checkConformance(QuizRoom))
 *   if (outcome === "broken") console.error(id, because);
 */
export async function checkConformance<R extends AnyEventRoom>(
  room: RoomClass<R>,
  options: ConformanceOptions<PlainStateOf<R>> = {},
): Promise<Verdict[]> {
  const checking = new Checking(room, options as ConformanceOptions);
  await checking.begin();
  try {
    const verdicts: Verdict[] = [];
    for (const { id } of rules) verdicts.push(await checking.check(id));
    return verdicts;
  } finally {
    await checking.end();
  }
}

/** A room class, and the server on which it is checked. */
class Checking {
  readonly #room: RoomClass<AnyEventRoom>;
  readonly #options: ConformanceOptions;
  #privateFields: readonly string[] = [];
  #venue: Venue | undefined;

  constructor(room: RoomClass<AnyEventRoom>, options: ConformanceOptions) {
    this.#room = room;
    this.#options = options;
  }

  async begin(): Promise<void> {
    const { server, privateFields } = this.#options;
    this.#privateFields = privateFields ?? privateFieldsOf(this.#room);
    if (server === undefined) this.#venue = await KitVenue.open(this.#room);
    else this.#venue = isVenue(server) ? server : new RealVenue(server);
  }

  check(id: string): Promise<Verdict> {
    const rule = rules.find((each) => each.id === id);
    if (rule === undefined || this.#venue === undefined)
      throw new Error(`conformance: nothing to check ${id} with`);
    const eventType = this.#options.eventType ?? this.#venue.eventType;
    return judge(rule, this.#venue, { ...this.#options, eventType }, this.#privateFields);
  }

  async end(): Promise<void> {
    await this.#venue?.close();
  }
}

const isVenue = (server: RealServer | Venue): server is Venue => "network" in server;

/** The participant's own fields that are marked `.view()`. Makes one room to look at it, as the framework does. */
function privateFieldsOf(room: RoomClass<AnyEventRoom>): string[] {
  const { schema } = new room() as { schema?: EventSchema };
  if (schema === undefined) return [];
  return schema.own.participant.filter((name) => fieldOf(schema.Participant, name)?.tag !== undefined);
}
