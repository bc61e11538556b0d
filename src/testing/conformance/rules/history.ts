// Long histories: what each connected client is sent of each participant is an unbroken story, the same for all.
import { expect, sameJson, type Scene } from "../scene.ts";
import type { Guest, Heard } from "../guest.ts";
import type { Rule } from "./rule.ts";

const numbered = ({ payload }: Heard): boolean => typeof payload.seq === "number";
const wordOf = ({ type, payload }: Heard): string =>
  `${type} ${String(payload.device_id)} ${String(payload.seq)}`;

/** So many participants come and go, in so many steps. */
const cast = ["p1", "p2", "p3", "p4"];
const steps = 40;

/** The same for each run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function step(guest: Guest, random: () => number): Promise<void> {
  const chance = random();
  if (!guest.isConnected)
    await (chance < 0.5 && guest.reconnectionToken !== "" ? guest.reconnect() : guest.join());
  else if (chance < 0.5) guest.drop();
  else if (chance < 0.75) await guest.join();
  else if (chance < 0.85) guest.leave();
}

async function storm(scene: Scene): Promise<[Guest, Guest]> {
  const [one, other] = (await scene.all("one", "other")) as [Guest, Guest];
  const guests = await scene.all(...cast);
  const random = seeded(7);
  for (let done = 0; done < steps; done++) {
    const guest = guests[Math.floor(random() * guests.length)] as Guest;
    // Who has left, and asks by its token, is refused: it joins.
    await step(guest, random).catch(() => guest.join());
    await scene.venue.advance(Math.floor(random() * 60));
  }
  await scene.settle();
  return [one, other];
}

const grammar = /^(?:joined (?:away back )*(?:away )?left )*(?:joined (?:away back )*(?:away )?)?$/;
const words: Record<string, string> = {
  participant_joined: "joined",
  participant_temporarily_disconnected: "away",
  participant_reconnected: "back",
  participant_left: "left",
};

async function unbroken(scene: Scene): Promise<void> {
  const [one, other] = await storm(scene);
  for (const name of cast) {
    const story = one.heard.flatMap(({ type, payload }) =>
      payload.device_id === name && words[type] !== undefined ? [words[type]] : [],
    );
    expect(grammar.test(`${story.join(" ")} `), `of ${name} is announced: ${story.join(" ")}`);
  }
  const [first, second] = [one, other].map(({ heard }) =>
    heard
      .filter((each) => numbered(each) && each.type !== "participant_joined" && !isWitness(each))
      .map(wordOf),
  );
  expect(sameJson(first, second), "two who never dropped were sent different histories");
  const seqs = one.heard.filter(numbered).map(({ payload }) => payload.seq as number);
  const isRising = seqs.every((seq, at) => at === 0 || seq === (seqs[at - 1] as number) + 1);
  expect(isRising, `the numbers of the announcements do not rise by one: ${seqs.join(" ")}`);
}

const isWitness = ({ payload }: Heard): boolean =>
  payload.device_id === "one" || payload.device_id === "other";

async function replay(scene: Scene): Promise<void> {
  const [witness, ann, bob] = (await scene.all("witness", "ann", "bob")) as [Guest, Guest, Guest];
  await ann.asOurs().join();
  await scene.until("what was missed is answered", () => ann.resumed.length === 1);
  ann.drop();
  await scene.hearsOf(witness, "ann", "temporarily_disconnected");
  const from = witness.heard.findLastIndex(numbered);
  bob.drop();
  await scene.hearsOf(witness, "bob", "temporarily_disconnected");
  await bob.reconnect();
  await scene.hearsOf(witness, "bob", "reconnected");
  const { announce } = scene.options;
  if (announce !== undefined) {
    await scene.acts(bob, announce);
    await scene.acts(bob, announce);
  }
  await ann.reconnect();
  const answer = await scene.until("what was missed is answered", () => ann.resumed[1]);
  expect(answer.resumed, "what was missed is not known any more, after a moment");
  await scene.settle();
  const missed = answer.events.map(({ type, payload }) =>
    wordOf({ type, payload: { ...payload }, shows: undefined }),
  );
  const seen = witness.heard
    .slice(from)
    .filter((each) => numbered(each) && (each.payload.seq as number) <= answer.seq);
  expect(
    sameJson(missed, seen.map(wordOf)),
    () => `who was away is sent ${missed.join(", ")}; it missed ${seen.map(wordOf).join(", ")}`,
  );
  const isAnnounced = missed.some((word) => word.startsWith("announcement"));
  expect(announce === undefined || isAnnounced, "an announcement to all is not sent again to who missed it");
}

export const historyRules: readonly Rule[] = [
  {
    id: "S18",
    title:
      "over any comings and goings everyone is sent one unbroken story of each participant, each part once and in order",
    check: unbroken,
  },
  {
    id: "P3",
    title: "who was away is sent exactly what it missed, announcements to all included",
    check: replay,
  },
];
