// Judges what clients of a cluster saw against the invariants (SPEC S18, D2, D3, K2, K4). Pure, and knows nothing of
// the server: evidence in, sentences about violations out.
import type { DeviceStory, Evidence, Span, Told } from "./evidence.ts";

const letters: Record<string, string> = {
  participant_joined: "J",
  participant_temporarily_disconnected: "D",
  participant_reconnected: "R",
  participant_left: "L",
};
/** The longest that a return takes from its first state until it is stored, however slow the store. */
const returnLimitMs = 3000;

/** Colyseus's code for a goodbye that was heard. */
const consented = 4000;
/** Between the claim and the line in the log that an event is open, a word of the former owner may be on its way. */
const wordSlackMs = 250;

/** By how much instants of the client's and of the server's may differ, were neither ever held up. */
const slackMs = 1000;

/** What follows what, for one participant. */
const next: Record<string, string> = { J: "DL", D: "RL", R: "DL", L: "J" };

export function violationsIn(evidence: Evidence): string[] {
  return [
    ...evidence.spans.flatMap(orderViolations),
    ...positionViolations(evidence.spans),
    ...ownerViolations(evidence),
    ...wordViolations(evidence),
    ...deadlineViolations(evidence.spans),
    ...evidence.stories.flatMap((story) => seatViolations(story, evidence)),
    ...leaveViolations(evidence),
    ...rosterViolations(evidence),
  ];
}

/** [S18] within one connection: each participant's events in order, gapless from the first state on. */
function orderViolations({ client, first, heard }: Span): string[] {
  const stories = new Map<string, string>();
  for (const { device, type } of heard) stories.set(device, (stories.get(device) ?? "") + letters[type]);
  return [...stories].flatMap(([device, story]) =>
    isOrdered(story, first.get(device))
      ? []
      : [`${client} saw ${device} go ${story} after ${first.get(device)}`],
  );
}

/** The first word may be one whose effect the first state already shows; after it, each follows from the one before. */
export function isOrdered(story: string, status: string | undefined): boolean {
  const shown = status === undefined ? "L" : status === "connected" ? "JR" : "D";
  const may = [...shown].map((letter) => next[letter]).join("") + shown;
  const letters = [...story];
  return letters.every((letter, i) =>
    (i === 0 ? may : (next[letters[i - 1] as string] as string)).includes(letter),
  );
}

/** [K2, K4] a place in an event's history is told once: by one owner, to everyone alike, and epochs never fall. */
function positionViolations(spans: readonly Span[]): string[] {
  const said = new Map<string, string>();
  const lastEpoch = new Map<string, number>();
  const violations: string[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    let previous: Told | undefined;
    for (const told of span.heard) {
      const place = `${span.event} ${told.epoch}:${told.seq}`;
      const word = `${told.type} of ${told.device}`;
      const before = said.get(place);
      if (before !== undefined && before !== word) violations.push(`${place} is both ${before} and ${word}`);
      said.set(place, word);
      if (told.epoch < (lastEpoch.get(span.client) ?? 0))
        violations.push(`${span.client} heard epoch ${told.epoch} after ${lastEpoch.get(span.client)}`);
      lastEpoch.set(span.client, told.epoch);
      if (previous?.epoch === told.epoch && told.seq !== previous.seq + 1)
        violations.push(`${span.client} heard ${place} after ${previous.seq}`);
      if (previous !== undefined && previous.epoch !== told.epoch)
        violations.push(
          `${span.client} heard two epochs in one connection: ${previous.epoch}, ${told.epoch}`,
        );
      previous = told;
    }
  }
  return violations;
}

/** [K2] one owner for each epoch. */
function ownerViolations({ owned }: Evidence): string[] {
  const owners = new Map<string, string>();
  return owned.flatMap(({ process, event, epoch }) => {
    const place = `${event} ${epoch}`;
    const owner = owners.get(place) ?? process;
    owners.set(place, owner);
    return owner === process ? [] : [`${place} was owned by ${owner} and ${process}`];
  });
}

/**
 * [K18] no word of a room's author is said under an epoch after a later one has begun. A process that knows Redis to be
 * out of reach may speak, though another may have claimed its events meanwhile: no trouble here keeps Redis from one
 * process and not from the others for as long as a lease.
 */
function wordViolations({ spans, owned }: Evidence): string[] {
  return spans.flatMap(({ client, event, words }) => {
    const later = owned.filter((one) => one.event === event).toSorted((a, b) => a.epoch - b.epoch);
    return words.flatMap(({ epoch, at }) => {
      const next = later.find((one) => one.epoch > epoch);
      if (next === undefined || at <= next.at + wordSlackMs) return [];
      return [
        `${client} heard a word of epoch ${epoch} that was said ${at - next.at} ms after ${next.epoch} began`,
      ];
    });
  });
}

/** [K15] whoever leaves because its grace is over was announced as away until then, by whichever owner. */
function deadlineViolations(spans: readonly Span[]): string[] {
  const byDevice = new Map<string, Map<string, Told>>();
  for (const { event, heard } of spans)
    for (const told of heard) {
      const key = `${event} ${told.device}`;
      const known = byDevice.get(key) ?? new Map<string, Told>();
      byDevice.set(key, known.set(`${told.epoch}:${told.seq}`, told));
    }
  return [...byDevice].flatMap(([device, known]) => {
    const story = [...known.values()].toSorted((a, b) => a.epoch - b.epoch || a.seq - b.seq);
    return story.flatMap((told, i) => {
      const before = story[i - 1];
      const isEnd = told.type === "participant_left" && told.reason === "grace_expired";
      if (!isEnd || before?.type !== "participant_temporarily_disconnected") return [];
      const earlyMs = before.graceExpiresAt - told.at;
      return earlyMs > slackMs ? [`${device} left ${earlyMs} ms before the deadline that was announced`] : [];
    });
  });
}

/** [D2] a seat stays one and the same for as long as its device was never away for a grace period, nor said goodbye. */
function seatViolations(story: DeviceStory, { graceMs }: Evidence): string[] {
  const { device, kind, visits, absences, goodbyes } = story;
  return visits.flatMap((visit, i) => {
    const before = visits[i - 1];
    const said = goodbyes.filter(
      ({ from, to }) => before !== undefined && from >= before.at && to <= visit.at,
    );
    // [K14] Only one that was answered with 4000 is a goodbye: one that was said into a process that stood still is not,
    // and one that went unanswered may have been heard all the same.
    if (said.some(({ code }) => code === consented))
      return before?.joinedAt === visit.joinedAt && visit.joinedAt !== 0
        ? [`${device} said goodbye, was answered, and found its seat again at ${Math.round(visit.at)}`]
        : [];
    if (said.length > 0) return [];
    if (before === undefined || before.joinedAt === visit.joinedAt) return [];
    // [S10] a visit that ended before it can have completed is none
    const isComplete = visit.at - before.at >= returnLimitMs;
    const since = isComplete ? before.at : (visits[i - 2]?.at ?? 0);
    const wasAway = absences.some(({ from, to }) => from >= since && to <= visit.at && to - from >= graceMs);
    return kind === "wanders" && wasAway
      ? []
      : [`${device} lost its seat between ${Math.round(before.at)} and ${Math.round(visit.at)}`];
  });
}

/** [S11] nobody is announced as left but one who was away, after its deadline; and once for each absence. */
function leaveViolations({ spans, stories, graceMs, heardLateMs }: Evidence): string[] {
  const byDevice = new Map(stories.map((story) => [story.device, story]));
  const leaves = new Map<string, Told>();
  for (const { event, heard } of spans)
    for (const told of heard)
      if (told.type === "participant_left") leaves.set(`${event} ${told.epoch} ${told.seq}`, told);
  const counted = new Map<DeviceStory["absences"][number], string[]>();
  const violations: string[] = [];
  for (const [place, told] of leaves) {
    const story = byDevice.get(told.device);
    // A join that was given up may be carried out later, into a seat that its device leaves by its next goodbye or
    // finds again: whose leave is a consented one was one of those that says goodbyes.
    if (story?.kind === "leaves" && told.reason === "consented" && story.goodbyes.length > 0) continue;
    if (story?.kind !== "wanders") {
      violations.push(`${told.device} left (${place}, ${told.reason}) and was always there`);
      continue;
    }
    const absence = story.absences.findLast(
      ({ from, to }) => told.at >= from && told.at <= backAt(story, to),
    );
    if (absence === undefined) violations.push(`${told.device} left (${place}) while it was there`);
    else {
      counted.set(absence, [...(counted.get(absence) ?? []), `${told.device} left (${place})`]);
      const awayMs = told.at - awaySince(story, absence);
      if (awayMs < graceMs - slackMs - heardLateMs)
        violations.push(`${told.device} left ${awayMs} ms after it went, before its grace was over`);
    }
  }
  for (const leaves of counted.values())
    if (leaves.length > 1) violations.push(`${leaves.join(" and ")} in one absence`);
  return violations;
}

/** A leave may be told late, while nothing can be stored, but not once its device has come again. */
function backAt({ visits }: DeviceStory, to: number): number {
  return Math.max(to + slackMs, visits.find(({ at }) => at >= to)?.at ?? 0);
}

/**
 * The earliest instant from which the grace can count: the end of the last visit that can have been complete. It may
 * lie before the device chose to go: it may have been dropped, and not be back, or not for long enough [S10].
 */
function awaySince({ visits }: DeviceStory, absence: { readonly from: number }): number {
  const before = visits.filter(({ at }) => at <= absence.from);
  const last = before.findLast(
    ({ at, until, joinedAt }, i) => until - at >= returnLimitMs || joinedAt !== before[i - 1]?.joinedAt,
  );
  return Math.min(absence.from, last?.until ?? absence.from);
}

/** When all is quiet, everyone sees the same, and it is what it should be. */
function rosterViolations({ rosters, stories }: Evidence): string[] {
  return rosters.flatMap(({ event, client, devices }) => {
    const expected = stories.filter((story) => story.event === event).map(({ device }) => device);
    const missing = expected.filter((device) => !devices.includes(device));
    const ghosts = devices.filter((device) => !expected.includes(device));
    return [
      ...(missing.length > 0 ? [`${client} misses ${missing.join(", ")} in ${event}`] : []),
      ...(ghosts.length > 0 ? [`${client} sees ${ghosts.join(", ")} in ${event}, who are not there`] : []),
    ];
  });
}
