// What participants send takes effect once, or not at all; what they are told and what is announced comes once.
import { expect, needed, sameJson, type Scene } from "../scene.ts";
import type { Guest } from "../guest.ts";
import type { PublishOptions } from "../options.ts";
import type { Rule } from "./rule.ts";

async function heartbeat(scene: Scene): Promise<void> {
  const ann = await scene.joined("ann");
  ann.send("heartbeat");
  const ack = await scene.until("a heartbeat is acknowledged", () =>
    ann.heard.find(({ type }) => type === "heartbeat_ack"),
  );
  expect(
    typeof ack.payload.server_time === "number",
    "the acknowledgement of a heartbeat has no server_time",
  );
}

async function unknownMessages(scene: Scene): Promise<void> {
  const [witness, ann] = (await scene.all("witness", "ann")) as [Guest, Guest];
  ann.send("nobody ever heard of this", { at: [1, "two"] });
  await scene.settle();
  expect(ann.closes.length === 0, `a message of an unknown type closes the connection with ${ann.closes[0]}`);
  await scene.hears(witness, "ann", ["joined"]);
}

/** How many messages are published where the options do not say it. */
const manyTimes = 8;

async function published(scene: Scene): Promise<void> {
  const publish = needed(
    scene.options.publish,
    "publish",
    "what a participant publishes",
  ) as PublishOptions<unknown>;
  const witness = await scene.joined("witness");
  const ann = (await scene.guest("ann")).asOurs();
  await ann.join();
  await scene.until("what was missed is answered", () => ann.resumed.length === 1);
  await scene.begin(ann);
  const { times = manyTimes } = publish;
  for (let n = 1; n <= times; n++) {
    ann.publish(n, publish.type, publish.payload(n));
    if (n !== times && n !== Math.ceil(times / 2)) continue;
    ann.drop(); // whether the room has had it nobody knows
    await scene.shows(witness, "ann", "temporarily_disconnected");
    const answers = ann.resumed.length;
    await ann.reconnect();
    await scene.until("what was missed is answered", () => ann.resumed.length > answers);
    for (let again = 1; again <= n; again++) ann.publish(again, publish.type, publish.payload(again));
  }
  await scene.until("everything that was published is acknowledged", () => ann.lastPublished === times);
  await scene.settle();
  const refused = ann.acks.flatMap((ack) => ack.refused);
  expect(refused.length === 0, () => `the room refuses what the options say it takes: ${refused[0]?.error}`);
  const effects = publish.effects(ann.state);
  if (typeof effects === "number")
    expect(effects === times, `of ${times} messages ${effects} have taken effect`);
  else {
    const payloads = Array.from({ length: times }, (_, at) => publish.payload(at + 1));
    const seen = [...effects];
    expect(
      sameJson(seen, payloads),
      () => `published was ${JSON.stringify(payloads)}; taken effect have ${JSON.stringify(seen)}`,
    );
  }
}

async function refused(scene: Scene): Promise<void> {
  const action = needed(scene.options.refused, "refused", "a published message that the room refuses");
  const [witness, ann] = (await scene.all("witness", "ann")) as [Guest, Guest];
  await scene.begin(ann);
  if (scene.options.change !== undefined) await scene.acts(ann, scene.options.change);
  const before = { ...scene.own(witness), heard: witness.heard.length, told: ann.told.length };
  await scene.acts(ann, { ...action, how: "publish" });
  await scene.settle();
  const isRefused = ann.acks.some((ack) => ack.refused.some(({ n }) => n === ann.lastPublished));
  expect(isRefused, `the room takes "${action.type}", which the options say it refuses`);
  const after = { ...scene.own(witness), heard: witness.heard.length, told: ann.told.length };
  expect(
    sameJson(after, before),
    () => `a refused message has had an effect: ${JSON.stringify(before)} is ${JSON.stringify(after)}`,
  );
}

async function told(scene: Scene): Promise<void> {
  const tell = needed(scene.options.tell, "tell", "what makes the room tell a participant something");
  const ann = await scene.joined("ann");
  const bob = (await scene.guest("bob")).asOurs();
  await bob.join();
  await scene.begin(ann);
  await scene.settle();
  for (const guest of [ann, bob]) guest.told.length = 0; // by its join, or by what is done first
  bob.withholdReceipts();
  await scene.acts(ann, tell("bob"));
  const each = bob.told.length;
  expect(each > 0, "who is here is told nothing");
  bob.drop(); // nobody knows whether it has handled that
  await scene.shows(ann, "bob", "temporarily_disconnected");
  await bob.reconnect();
  await scene.settle();
  const again = bob.told.splice(each).map(({ no }) => no);
  const first = bob.told.map(({ no }) => no);
  expect(sameJson(again, first), `told ${first.join(" ")}, and cut, it is told ${again.join(" ")}`);
  bob.giveReceipts();
  bob.drop();
  await scene.shows(ann, "bob", "temporarily_disconnected");
  await scene.acts(ann, tell("bob"));
  await scene.acts(ann, tell("bob"));
  await bob.reconnect();
  await scene.until(
    () => `who was away is told all of it: ${bob.told.length - each} of ${2 * each}`,
    () => bob.told.length >= 3 * each,
  );
  await scene.settle();
  bob.drop();
  await scene.shows(ann, "bob", "temporarily_disconnected");
  await bob.join();
  await scene.settle();
  expect(bob.told.length === 3 * each, `told ${3 * each} times, it was sent ${bob.told.length} messages`);
  const numbers = bob.told.map(({ no }) => no);
  expect(
    numbers.every((no, at) => at === 0 || no > (numbers[at - 1] as number)),
    `the numbers of what it was told do not rise: ${numbers.join(" ")}`,
  );
  expect(
    ann.told.every(({ no }) => !numbers.includes(no)) || ann.told.length === 0,
    "what one participant is told reaches another",
  );
}

async function announced(scene: Scene): Promise<void> {
  const action = needed(scene.options.announce, "announce", "what makes the room announce something to all");
  const [ann, bob] = (await scene.all("ann", "bob")) as [Guest, Guest];
  for (let time = 0; time < 3; time++) await scene.acts(ann, action);
  const [byAnn, byBob] = [ann, bob].map(({ heard }) =>
    heard.filter(({ type, payload }) => type === "announcement" && typeof payload.seq === "number"),
  ) as [Guest["heard"], Guest["heard"]];
  expect(byAnn.length > 0, "nothing is announced");
  const wire = (heard: Guest["heard"]) => heard.map(({ payload }) => payload);
  expect(sameJson(wire(byAnn), wire(byBob)), "two were sent different announcements");
  const numbers = byAnn.map(({ payload }) => payload.seq as number);
  expect(
    numbers.every((seq, at) => at === 0 || seq > (numbers[at - 1] as number)),
    `an announcement came twice, or out of its order: ${numbers.join(" ")}`,
  );
}

export const messageRules: readonly Rule[] = [
  { id: "L3", title: "a heartbeat is acknowledged with the server's time", check: heartbeat },
  { id: "E13", title: "a message of an unknown type is ignored", check: unknownMessages },
  {
    id: "P4",
    title: "what is published takes effect once and in order, over cuts of the connection",
    check: published,
  },
  { id: "P14", title: "what is refused has not happened", check: refused },
  {
    id: "M2",
    title: "what a participant is told comes once and in order, also what it was told while it was away",
    check: told,
  },
  { id: "G1", title: "what is announced to all comes to everyone, once and in one order", check: announced },
];
