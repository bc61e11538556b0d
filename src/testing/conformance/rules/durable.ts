// What is left after the server has ended, or was killed: every seat, with its time and what the author keeps in it.
import { expect, sameJson, type Scene } from "../scene.ts";
import type { Guest } from "../guest.ts";
import { NotChecked } from "../verdict.ts";
import type { Rule } from "./rule.ts";

type Own = ReturnType<Scene["own"]>;

/** Longer than any patch, shorter than a grace that is worth having. */
const downMs = 1500;

async function restart(scene: Scene, how: "restart" | "crash"): Promise<void> {
  if (scene.venue.restart === undefined) throw new NotChecked("this server cannot be restarted by the suite");
  await scene.venue.restart(how, downMs);
}

async function seats(scene: Scene): Promise<void> {
  const [ann, bob] = (await scene.all("ann", "bob")) as [Guest, Guest];
  const joinedAt = ["ann", "bob"].map((name) => ann.sees(name)?.joined_at);
  bob.drop();
  await scene.hearsOf(ann, "bob", "temporarily_disconnected");
  await restart(scene, "crash");
  ann.heard.length = 0;
  await ann.join();
  await scene.settle();
  const [here, there] = ["ann", "bob"].map((name) => ann.sees(name));
  expect(there !== undefined, "who was away when the server was killed has lost its seat");
  expect(
    here?.status === "connected" && there.status === "temporarily_disconnected",
    `after the kill the one that came back is ${String(here?.status)}, the one that was away ${String(there.status)}`,
  );
  await bob.join();
  await scene.hears(ann, "bob", ["reconnected"]);
  const now = ["ann", "bob"].map((name) => ann.sees(name)?.joined_at);
  expect(sameJson(now, joinedAt), "after a kill they have other seats");
}

/** Which fields are not what they were, as `round` of the event and `ann.score` of a participant. */
function otherIn(before: readonly Own[], after: readonly Own[]): string[] {
  const fieldsOf = ({ event, participants }: Own) => ({
    ...event,
    ...Object.fromEntries(
      Object.entries(participants).flatMap(([id, own]) =>
        Object.entries(own).map(([name, value]) => [`${id}.${name}`, value]),
      ),
    ),
  });
  const names = before.flatMap((was, at) => {
    const [one, other]: Record<string, unknown>[] = [fieldsOf(was), fieldsOf(after[at] as Own)];
    return Object.keys({ ...one, ...other }).filter((name) => !sameJson(one?.[name], other?.[name]));
  });
  return [...new Set(names)];
}

async function ownState(scene: Scene): Promise<void> {
  const [ann, bob] = (await scene.all("ann", "bob")) as [Guest, Guest];
  const { change, publish } = scene.options;
  if (change !== undefined) await scene.acts(ann, change);
  if (publish !== undefined)
    await scene.acts(bob, { how: "publish", type: publish.type, payload: publish.payload(1) });
  await scene.settle();
  const before = [ann, bob].map((guest) => scene.own(guest));
  for (const how of ["restart", "crash"] as const) {
    await restart(scene, how);
    await ann.join();
    await bob.join();
    await scene.settle();
    const after = [ann, bob].map((guest) => scene.own(guest));
    expect(
      sameJson(after, before),
      () =>
        `after a ${how} what the room keeps is ${JSON.stringify(after[0])}, and was ${JSON.stringify(before[0])}; ` +
        `what differs: ${otherIn(before, after).join(", ")} (what is meant to goes into the option changing)`,
    );
  }
}

export const durableRules: readonly Rule[] = [
  { id: "D4", title: "whoever had a seat when the server was killed has it afterwards", check: seats },
  {
    id: "D6",
    title:
      "what the room keeps of the event and of each participant is there after a restart, and after a kill",
    check: ownState,
  },
];
