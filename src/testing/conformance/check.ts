// All rules, one after the other, against one server.
import { JoinRefused } from "../phone/refused.ts";
import type { ConformanceOptions } from "./options.ts";
import { durableRules } from "./rules/durable.ts";
import { historyRules } from "./rules/history.ts";
import { messageRules } from "./rules/messages.ts";
import { presenceRules } from "./rules/presence.ts";
import { endingRules, privacyRules } from "./rules/privacy.ts";
import type { Rule } from "./rules/rule.ts";
import { seatRules } from "./rules/seats.ts";
import { Scene } from "./scene.ts";
import { Broken, NotChecked, type Verdict } from "./verdict.ts";
import type { Venue } from "./venue.ts";

/** What a room that keeps the contract keeps. */
export const rules: readonly Rule[] = [
  ...presenceRules,
  ...seatRules,
  ...historyRules,
  ...messageRules,
  ...privacyRules,
  ...durableRules,
  ...endingRules,
];

/** What is found of one rule. @throws what is nobody's verdict: a mistake in the options, a server that is not there */
export async function judge(
  rule: Rule,
  venue: Venue,
  options: ConformanceOptions,
  privateFields: readonly string[],
): Promise<Verdict> {
  const { id, title } = rule;
  if (options.except?.includes(id) === true)
    return { id, title, outcome: "not checked", because: "the options except it" };
  const scene = new Scene(venue, options, privateFields);
  try {
    await rule.check(scene);
    return { id, title, outcome: "kept" };
  } catch (error) {
    const because = (error as Error).message;
    if (error instanceof NotChecked) return { id, title, outcome: "not checked", because };
    if (error instanceof JoinRefused)
      return { id, title, outcome: "broken", because: `a join is refused with ${error.code}: ${because}` };
    if (error instanceof Broken) return { id, title, outcome: "broken", because };
    throw error;
  } finally {
    await scene.end();
  }
}
