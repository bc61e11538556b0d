// What happens in each phase, in words of participants. Every phase is bounded in time; none throws because a server
// could not do it. Measures nothing but who was told when.
import { type Crowd, kinds, type Participant } from "./crowd.ts";
import type { Dialect } from "../dialects/dialect.ts";
import type { Outcome } from "./measure.ts";
import { deadline, storm } from "./storm.ts";

/** Everyone of one event; the first never drops, and joins before the others. */
export interface Party {
  readonly all: readonly Participant[];
  readonly dropping: readonly Participant[];
}

export interface Stage {
  readonly crowd: Crowd;
  readonly dialect: Dialect;
  readonly parties: readonly Party[];
  /** How many act at once in a storm. */
  readonly width: number;
  /** The longest that one phase may take. */
  readonly boundMs: number;
}

const firstOf = (party: Party) => party.all[0] as Participant;
const everyone = ({ parties }: Stage) => parties.flatMap((party) => party.all);
const stayingOf = (party: Party) => {
  const dropping = new Set(party.dropping);
  return party.all.filter((participant) => !dropping.has(participant));
};
const expectation = (parties: readonly Party[], goal: (party: Party) => number) => {
  const goals = new Map(
    parties.flatMap((party) => stayingOf(party).map((who) => [who, goal(party)] as const)),
  );
  return (participant: Participant) => goals.get(participant) ?? 0;
};

export async function joinStorm(stage: Stage): Promise<Outcome> {
  const { crowd, dialect, parties, width, boundMs } = stage;
  const firsts = parties.map(firstOf);
  const others = parties.flatMap((party) => party.all.slice(1));
  const startedAt = performance.now();
  const limit = deadline(boundMs);
  const told = crowd.expect(kinds.joined, firsts, () => (parties[0] as Party).all.length - 1);
  const join = (participant: Participant) => dialect.join(participant);
  const opened = await storm(firsts, width, boundMs, join);
  const joined = await storm(others, width, boundMs - opened.wallMs, join);
  const isIn = opened.done + joined.done === firsts.length + others.length;
  if (!isIn) limit.cancel();
  const heard = await told(isIn ? limit.over : Promise.resolve());
  limit.cancel();
  return {
    ok: isIn && heard.done === heard.of,
    done: opened.done + joined.done,
    of: firsts.length + others.length,
    wallMs: opened.wallMs + joined.wallMs,
    latenciesMs: [...opened.latenciesMs, ...joined.latenciesMs],
    toldMs: performance.now() - startedAt,
    errors: [...opened.errors, ...joined.errors],
  };
}

const beatRounds = 10;
/** A participant's beats are at least this far apart: a server may take more for a flood. */
const beatSpacingMs = 50;
const beatWidth = 32;

export async function beats(stage: Stage): Promise<Outcome> {
  const all = everyone(stage);
  const latenciesMs: number[] = [];
  const errors = new Set<string>();
  let [wallMs, done] = [0, 0];
  for (let round = 0; round < beatRounds && wallMs < stage.boundMs; round++) {
    const beaten = await storm(all, beatWidth, stage.boundMs - wallMs, (who) => stage.dialect.beat(who));
    wallMs += beaten.wallMs;
    done += beaten.done;
    for (const ms of beaten.latenciesMs) latenciesMs.push(ms);
    for (const error of beaten.errors) errors.add(error);
    await deadline(Math.max(0, beatSpacingMs - beaten.wallMs)).over;
  }
  const of = beatRounds * all.length;
  return { ok: done === of, done, of, wallMs, latenciesMs, errors: [...errors] };
}

/** Each of `speakers` of every event speaks once, all at the same moment; done when all have heard them all. */
async function speak(stage: Stage, first: number, speakers: number, boundMs: number): Promise<Outcome> {
  const { crowd, dialect, parties } = stage;
  const all = everyone(stage);
  const startedAt = performance.now();
  const limit = deadline(boundMs);
  const heard = crowd.expect(kinds.news, all, () => speakers);
  for (const { all: guests } of parties)
    for (let k = 0; k < speakers; k++) dialect.tellAll(guests[(first + k) % guests.length] as Participant);
  const { done, of, timesMs } = await heard(limit.over);
  limit.cancel();
  const wallMs = performance.now() - startedAt;
  return { ok: done === of, done: done * speakers, of: of * speakers, wallMs, latenciesMs: timesMs };
}

async function speakTimes(stage: Stage, times: number, speakers: number): Promise<Outcome> {
  const outcomes: Outcome[] = [];
  let leftMs = stage.boundMs;
  for (let k = 0; k < times && leftMs > 0; k++) {
    const outcome = await speak(stage, k * speakers, speakers, leftMs);
    outcomes.push(outcome);
    leftMs -= outcome.wallMs;
    if (!outcome.ok) break;
  }
  const sum = (of: (outcome: Outcome) => number) =>
    outcomes.reduce((total, outcome) => total + of(outcome), 0);
  const of = times * speakers * everyone(stage).length;
  const done = sum((outcome) => outcome.done);
  const latenciesMs = outcomes.flatMap((outcome) => [...outcome.latenciesMs]);
  return { ok: done === of, done, of, wallMs: sum((outcome) => outcome.wallMs), latenciesMs };
}

/** One tells all, and another when all have heard; 20 times. */
export const broadcast = (stage: Stage): Promise<Outcome> => speakTimes(stage, 20, 1);

/** Ten tell all at the same moment, three times. */
export const burst = (stage: Stage): Promise<Outcome> =>
  speakTimes(stage, 3, Math.min(10, (stage.parties[0] as Party).all.length));

export async function dropAtOnce(stage: Stage): Promise<Outcome> {
  const { crowd, parties, boundMs } = stage;
  const startedAt = performance.now();
  const goal = expectation(parties, (party) => party.dropping.length);
  const told = crowd.expect(kinds.away, parties.flatMap(stayingOf), goal);
  for (const { dropping } of parties) {
    for (const participant of dropping) {
      participant.link?.drop();
      participant.link = undefined;
    }
  }
  const limit = deadline(boundMs);
  const { done, of, timesMs } = await told(limit.over);
  limit.cancel();
  const toldMs = performance.now() - startedAt;
  const dropped = parties.reduce((total, party) => total + party.dropping.length, 0);
  const isTold = done === of;
  const told_ = isTold ? [] : [`${done} of ${of} were told of everyone`];
  return {
    ok: isTold,
    done: dropped,
    of: dropped,
    wallMs: toldMs,
    latenciesMs: timesMs,
    toldMs,
    errors: told_,
  };
}

export async function comeBack(stage: Stage): Promise<Outcome> {
  const { crowd, dialect, parties, width, boundMs } = stage;
  const startedAt = performance.now();
  const limit = deadline(boundMs);
  const goal = expectation(parties, (party) => party.dropping.length);
  const told = crowd.expect(kinds.back, parties.flatMap(stayingOf), goal);
  const away = parties.flatMap((party) => party.dropping);
  const returned = await storm(away, width, boundMs, (who) => dialect.comeBack(who));
  const isWhole = returned.done === returned.of;
  const heard = await told(isWhole ? limit.over : Promise.resolve());
  limit.cancel();
  const lacks = heard.done === heard.of ? [] : [`${heard.done} of ${heard.of} were told of everyone`];
  return {
    ...returned,
    ok: isWhole && heard.done === heard.of,
    toldMs: performance.now() - startedAt,
    errors: [...returned.errors, ...lacks],
  };
}

export async function leave(stage: Stage): Promise<Outcome> {
  const all = everyone(stage);
  const left = await storm(all, stage.width, stage.boundMs, (who) => stage.dialect.leave(who));
  return { ...left, ok: left.done === left.of };
}

/** Cuts whoever is still connected. */
export function cutAll(stage: Stage): void {
  for (const participant of everyone(stage)) participant.link?.drop();
}
