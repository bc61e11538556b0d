// The demo's judge: compares what an observer that never dropped heard with rule S18 and with the phones' journals,
// and what each phone heard with what the witness heard. Pure: the same evidence always gets the same verdict.
import { type Evidence, type Heard, type Journal, type ReturnPath, returnPaths } from "./evidence.ts";
import { Story } from "./story.ts";

export interface Verdict {
  /** Outages played on phones. */
  readonly outages: number;
  /** Announced drops. */
  readonly disconnects: number;
  /** Announced returns, by the path that the phone took. */
  readonly returns: Readonly<Record<ReturnPath, number>>;
  /** Returns to a seat that nobody had seen as away: told to the returner alone. */
  readonly takeovers: number;
  /** Announced leaves, by reason. */
  readonly left: Readonly<Record<string, number>>;
  /** From a deadline to the word of it, at worst. */
  readonly slowestExpiryMs: number;
  /** Whatever was not the truth, as sentences. */
  readonly departures: readonly string[];
}

const needed = { disconnects: 30, returns: 10, expiries: 5 };

/** Judges a run. */
export function judge(evidence: Evidence): Verdict {
  const { endedAt, witness, journals } = evidence;
  const stories = journals.map((journal) => {
    const story = new Story(journal, evidence);
    for (const event of witness) if (event.device === journal.device) story.read(event);
    story.end(endedAt);
    return story;
  });
  const known = new Set(journals.map(({ device }) => device));
  const strangers = witness.filter(({ device }) => !known.has(device));
  const spoken = wordsOf(witness);
  return {
    outages: sum(journals.map(({ outages }) => outages.length)),
    disconnects: sum(stories.map(({ disconnects }) => disconnects)),
    returns: countReturns(stories.flatMap(({ returns }) => returns)),
    takeovers: sum(stories.map(({ takeovers }) => takeovers)),
    left: count(stories.flatMap(({ left }) => left)),
    slowestExpiryMs: Math.max(0, ...stories.flatMap(({ expiryDelaysMs }) => expiryDelaysMs)),
    departures: [
      ...stories.flatMap((story) => story.departures),
      ...strangers.map(({ device, type }) => `${type} about ${device}, whom nobody knows`),
      ...journals.flatMap((journal) => hearsay(journal, spoken)),
      ...journals.flatMap(({ device, complaints }) =>
        complaints.map((complaint) => `${device}: ${complaint}`),
      ),
    ],
  };
}

/** What a run lacks to be worth a verdict, as sentences. */
export function shortfalls({ disconnects, returns, left }: Verdict): string[] {
  const lacks = (what: string, seen: number, wanted: number) =>
    seen >= wanted ? [] : [`${seen} ${what}, at least ${wanted} needed`];
  return [
    ...lacks("drops", disconnects, needed.disconnects),
    ...returnPaths.flatMap((path) => lacks(`returns by ${path}`, returns[path], needed.returns)),
    ...lacks("expiries", left.grace_expired ?? 0, needed.expiries),
  ];
}

/** What each device's witnessed story is, word by word. */
function wordsOf(log: readonly Heard[]): Map<string, string[]> {
  const words = new Map<string, string[]>();
  for (const { device, type, reason, graceExpiresAt } of log) {
    const known = words.get(device);
    const word = `${type} ${reason ?? ""} ${graceExpiresAt ?? ""}`;
    if (known === undefined) words.set(device, [word]);
    else known.push(word);
  }
  return words;
}

/** While it is connected a phone is an observer: about each other one it hears an unbroken part of the same story. */
function hearsay({ device: listener, segments }: Journal, spoken: Map<string, string[]>): string[] {
  return segments.flatMap((segment) =>
    [...wordsOf(segment)]
      .filter(([about, part]) => about !== listener && !isUnbrokenPart(part, spoken.get(about) ?? []))
      .map(
        ([about, part]) => `${listener} heard another story of ${about} than the witness: ${part.join(", ")}`,
      ),
  );
}

function isUnbrokenPart(part: readonly string[], whole: readonly string[]): boolean {
  return whole.some((_, start) => part.every((word, place) => whole[start + place] === word));
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

function count(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

function countReturns(paths: readonly ReturnPath[]): Record<ReturnPath, number> {
  return { sdk: 0, token: 0, join: 0, ...count(paths) };
}
