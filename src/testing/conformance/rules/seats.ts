// A seat is its device's, over every way of coming back, and nobody else's.
import { expect, refusalOf, sameJson, type Scene } from "../scene.ts";
import type { Guest } from "../guest.ts";
import type { Rule } from "./rule.ts";

async function keepsItsSeat(scene: Scene): Promise<void> {
  const [witness, ann] = (await scene.all("witness", "ann")) as [Guest, Guest];
  if (scene.options.change !== undefined) await scene.acts(ann, scene.options.change);
  const before = ann.sees("ann");
  const own = scene.own(ann).participants.ann;
  const ways: [string, () => Promise<void>][] = [
    ["by its token", () => ann.reconnect()],
    ["by a page that is loaded again", () => ann.join()],
  ];
  for (const [way, comeBack] of ways) {
    ann.drop();
    await scene.shows(witness, "ann", "temporarily_disconnected");
    const refusal = await refusalOf(comeBack());
    expect(refusal === undefined, () => `a return ${way} is refused: ${refusal?.code} ${refusal?.message}`);
    await scene.shows(ann, "ann", "connected");
    expectSame(scene, ann, before, own, way);
  }
  await ann.join();
  await scene.settle();
  expectSame(scene, ann, before, own, "by a takeover");
}

function expectSame(
  scene: Scene,
  ann: Guest,
  before: object | undefined,
  own: object | undefined,
  way: string,
) {
  const joinedAt = (fields: object | undefined) => (fields as { joined_at?: unknown } | undefined)?.joined_at;
  expect(joinedAt(ann.sees("ann")) === joinedAt(before), `after a return ${way} it is another seat`);
  const now = scene.own(ann).participants.ann;
  expect(
    sameJson(now, own),
    () => `after a return ${way} its own fields are ${JSON.stringify(now)}, and were ${JSON.stringify(own)}`,
  );
}

async function newestWins(scene: Scene): Promise<void> {
  const [witness, ann] = (await scene.all("witness", "ann")) as [Guest, Guest];
  const token = ann.reconnectionToken;
  await ann.join();
  await scene.until("the older connection is closed", () => ann.closes.length > 0);
  expect(ann.closes[0] === 4501, `the older connection is closed with ${ann.closes[0]}, and not with 4501`);
  expect(ann.reconnectionToken !== token, "the older session's token is the newer one's");
  await scene.hears(witness, "ann", ["joined"]);
}

async function strangersAreRefused(scene: Scene): Promise<void> {
  const [witness, ann] = (await scene.all("witness", "ann")) as [Guest, Guest];
  const refusal = await refusalOf(
    (await scene.guest("ann")).join({ session_token: "somebody else's, for sure" }),
  );
  expect(refusal !== undefined, "a stranger gets the seat of another device");
  expect(
    [401, 403, 429].includes(refusal.code),
    `a stranger is refused with ${refusal.code}, and not with 401`,
  );
  await scene.hears(witness, "ann", ["joined"]);
  expect(ann.closes.length === 0, "a stranger's attempt has closed the owner's connection");
}

async function newSeat(scene: Scene): Promise<void> {
  const [witness, ann] = (await scene.all("witness", "ann")) as [Guest, Guest];
  const before = ann.sees("ann")?.joined_at;
  ann.leave();
  await scene.shows(witness, "ann", undefined);
  await scene.venue.advance(10);
  await ann.join();
  await scene.hears(witness, "ann", ["joined", "left (consented)", "joined"]);
  expect(ann.sees("ann")?.joined_at !== before, "who has left and joins again has the old seat");
}

async function oddNames(scene: Scene): Promise<void> {
  const witness = await scene.joined("witness");
  for (const name of ["__proto__", "constructor", "😀 \u{202e}"]) {
    const odd = await scene.joined(name);
    odd.drop();
    await scene.hearsOf(witness, name, "temporarily_disconnected");
    await odd.reconnect();
    await scene.hearsOf(witness, name, "reconnected");
    odd.leave();
    await scene.hears(witness, name, [
      "joined",
      "temporarily_disconnected (connection_lost)",
      "reconnected",
      "left (consented)",
    ]);
  }
}

export const seatRules: readonly Rule[] = [
  {
    id: "S2",
    title:
      "whoever comes back, by token, by a new join or by a takeover, has the same seat with everything in it",
    check: keepsItsSeat,
  },
  {
    id: "S6",
    title: "the newest connection has the seat, and the older one is closed as replaced",
    check: newestWins,
  },
  {
    id: "A3",
    title: "a stranger's proof is refused, and leaves the seat and its connection untouched",
    check: strangersAreRefused,
  },
  { id: "S16", title: "a join after a leave begins a new seat", check: newSeat },
  { id: "J4", title: "odd names are names like any other", check: oddNames },
];
