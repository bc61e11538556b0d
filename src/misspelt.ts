// Names that are almost a setting's: an environment says nothing of a name that nobody reads. Pure.

/** What a number's name may end with; who writes GRACE_PERIOD means GRACE_PERIOD_MS. */
const units = /^(?:MS|MSEC|MSECS|MILLIS|MILLISECONDS?|S|SEC|SECS|SECONDS?|M|MIN|MINS|MINUTES?)$/;
const ourPrefix = "HOLDFAST_";

const wordsOf = (name: string) => name.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
const squashed = (name: string) => wordsOf(name).join("").toUpperCase();

/** Insertions, deletions, replacements and swaps of neighbours from one name to the other. */
function distance(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1];
      let least = Math.min(
        (last[j] as number) + 1,
        (row[j - 1] as number) + 1,
        (last[j - 1] as number) + Number(!same),
      );
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
        least = Math.min(least, (beforeLast[j - 2] as number) + 1);
      row.push(least);
    }
    [beforeLast, last] = [last, row];
  }
  return last[other.length] as number;
}

/** Its words in any order, PARTICIPANTS_MAX is MAX_PARTICIPANTS, without the unit at its end. */
function meaningOf(name: string) {
  const words = wordsOf(name.toUpperCase());
  const hasUnit = units.test(words.at(-1) ?? "");
  const initials = words.map((word) => word[0]).join("");
  return { words: words.slice(0, hasUnit ? -1 : undefined).toSorted(), initials, hasUnit };
}

/** How far a name is from a setting's, 0 for the same but for case, order or unit; undefined when it is another's. */
function missBy(name: string, setting: string): number | undefined {
  const [mine, theirs] = [squashed(setting), squashed(name)];
  if (theirs === mine || name.toUpperCase() === ourPrefix + setting) return 0;
  const [meant, given] = [meaningOf(setting), meaningOf(name)];
  const isSame = meant.words.join() === given.words.join() && meant.hasUnit === setting.endsWith("_MS");
  if (isSame && (given.words.length > 1 || given.hasUnit)) return 0;
  // Another first letter makes another word (AUTH_CODE), and hardly anyone mistypes that one.
  const areAlike = meant.initials.length === given.initials.length;
  if (areAlike ? meant.initials !== given.initials : theirs[0] !== mine[0]) return undefined;
  const miss = distance(theirs, mine);
  return miss <= (mine.length >= 10 ? 2 : 1) ? miss : undefined;
}

/**
 * The names of `env` that nobody reads and that look like a setting which is not set, each with the nearest setting.
 * Settings of one word (PORT, HOST) are too much like what others call theirs, and are left out.
 */
function misspeltIn(
  env: Readonly<Record<string, string | undefined>>,
  settings: readonly string[],
): (readonly [name: string, setting: string])[] {
  const known = new Set(settings);
  const free = settings.filter((setting) => setting.includes("_") && !env[setting]);
  const found: (readonly [string, string])[] = [];
  for (const [name, value] of Object.entries(env)) {
    // What is much shorter or longer than any setting need not be compared.
    if (!value || known.has(name) || name.length < 5 || name.length > 40) continue;
    const misses = free.map((setting) => [setting, missBy(name, setting)] as const);
    const near = misses.filter((each): each is readonly [string, number] => each[1] !== undefined);
    const [nearest] = near.toSorted((a, b) => a[1] - b[1]);
    if (nearest !== undefined) found.push([name, nearest[0]]);
  }
  return found;
}

/** The same as sentences. */
export function misspeltSettings(
  env: Readonly<Record<string, string | undefined>>,
  settings: readonly string[],
): string[] {
  return misspeltIn(env, settings).map(
    ([name, setting]) => `${name} is not a setting; did you mean ${setting}?`,
  );
}

/** The one of `known` that `name` was probably meant to be; undefined when none is like it. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const [first] = known
    .map((each) => [each, distance(name.toLowerCase(), each.toLowerCase())] as const)
    .toSorted((a, b) => a[1] - b[1]);
  return first !== undefined && first[1] <= Math.max(1, Math.floor(name.length / 4)) ? first[0] : undefined;
}
