// What is announced of participants: once, in order, to whom it concerns, and as the state says.
import { expect, type Scene } from "../scene.ts";
import type { Guest } from "../guest.ts";
import type { Rule } from "./rule.ts";

/** A witness that never drops, and one that will. */
async function two(scene: Scene): Promise<[witness: Guest, ann: Guest]> {
  const [witness, ann] = await scene.all("witness", "ann");
  return [witness as Guest, ann as Guest];
}

async function away(scene: Scene, ann: Guest, witness: Guest): Promise<Record<string, unknown>> {
  ann.drop();
  return scene.hearsOf(witness, ann.deviceId, "temporarily_disconnected");
}

async function drop(scene: Scene): Promise<void> {
  const [witness, ann] = await two(scene);
  const announced = await away(scene, ann, witness);
  const graceMs = witness.state?.grace_period_ms as number;
  const shown = witness.sees("ann") ?? {};
  expect(
    announced.grace_expires_at === shown.grace_expires_at,
    () => `announced until ${announced.grace_expires_at}, and in the state until ${shown.grace_expires_at}`,
  );
  const leftMs = (announced.grace_expires_at as number) - (shown.disconnected_at as number);
  expect(leftMs === graceMs, `the seat is kept for ${leftMs} ms, and the grace is ${graceMs} ms`);
  await scene.hears(witness, "ann", ["joined", "temporarily_disconnected (connection_lost)"]);
}

async function expiry(scene: Scene): Promise<void> {
  const [witness, ann] = await two(scene);
  const { at, grace_expires_at } = await away(scene, ann, witness);
  const deadline = grace_expires_at as number;
  const graceMs = deadline - (at as number);
  await scene.venue.advance(graceMs / 2);
  expect(
    witness.story("ann").length === 2,
    "the seat is given up, or announced as back, long before its grace is over",
  );
  const left = await scene.until(
    "who does not come back is announced as left within 1 s after the deadline",
    () =>
      witness.heard.find(({ type, payload }) => type === "participant_left" && payload.device_id === "ann"),
    graceMs / 2 + 2000,
  );
  const leftAt = Number(left.payload.at);
  expect(leftAt >= deadline, `left ${deadline - leftAt} ms before the deadline`);
  expect(leftAt <= deadline + 1000, `left ${leftAt - deadline} ms after the deadline`);
  await scene.shows(witness, "ann", undefined);
  await scene.hears(witness, "ann", [
    "joined",
    "temporarily_disconnected (connection_lost)",
    "left (grace_expired)",
  ]);
}

async function stateAndMessagesAgree(scene: Scene): Promise<void> {
  const [witness, ann] = await two(scene);
  await away(scene, ann, witness);
  await scene.settle();
  await ann.reconnect();
  await scene.hearsOf(witness, "ann", "reconnected");
  await scene.settle();
  ann.leave();
  await scene.hearsOf(witness, "ann", "left");
  for (const { type, payload, shows } of witness.heard) {
    if (payload.device_id !== "ann") continue;
    const status = shows?.status;
    const isSo =
      type === "participant_left"
        ? shows === undefined
        : type === "participant_temporarily_disconnected"
          ? status === "temporarily_disconnected" && shows?.reason === payload.reason
          : status === "connected";
    expect(
      isSo,
      `with ${type} of ann the state shows her as ${String(status ?? "gone")} ${String(shows?.reason ?? "")}`,
    );
  }
}

export const presenceRules: readonly Rule[] = [
  {
    id: "S1",
    title: "a join is announced to everyone else, once, and not to who joined",
    async check(scene) {
      const [witness, ann] = await two(scene);
      await scene.hears(witness, "ann", ["joined"]);
      await scene.hears(ann, "ann", []);
      await scene.shows(witness, "ann", "connected");
    },
  },
  {
    id: "S3",
    title: "a drop is announced once, with the deadline that the state has: one grace later",
    check: drop,
  },
  {
    id: "S4",
    title: "a return within the grace is announced once to everyone, the returner too",
    async check(scene) {
      const [witness, ann] = await two(scene);
      await away(scene, ann, witness);
      await ann.reconnect();
      await scene.shows(witness, "ann", "connected");
      await scene.hears(witness, "ann", [
        "joined",
        "temporarily_disconnected (connection_lost)",
        "reconnected",
      ]);
      await scene.hears(ann, "ann", ["reconnected"]);
    },
  },
  {
    id: "S7",
    title: "a takeover interrupts nothing: it is announced to the returner alone",
    async check(scene) {
      const [witness, ann] = await two(scene);
      await ann.join();
      await scene.hears(witness, "ann", ["joined"]);
      await scene.hears(ann, "ann", ["reconnected"]);
    },
  },
  {
    id: "S11",
    title: "who does not come back is announced as left, once, at the deadline and not before",
    check: expiry,
  },
  {
    id: "S12",
    title: "who leaves has left at once, for everyone and once",
    async check(scene) {
      const [witness, ann] = await two(scene);
      ann.leave();
      await scene.hearsOf(witness, "ann", "left");
      await scene.shows(witness, "ann", undefined);
      await scene.hears(witness, "ann", ["joined", "left (consented)"]);
      expect(ann.closes.at(-1) === 4000, `who left was closed with ${ann.closes.at(-1)}, and not with 4000`);
    },
  },
  {
    id: "E1",
    title: "each announcement comes when the state shows what it says",
    check: stateAndMessagesAgree,
  },
];
