// Who may see what.
import { expect, needed, type Scene } from "../scene.ts";
import { NotChecked } from "../verdict.ts";
import type { Guest } from "../guest.ts";
import type { Rule } from "./rule.ts";

async function privateFields(scene: Scene): Promise<void> {
  if (scene.privateFields.length === 0) throw new NotChecked("no field of a participant is private");
  const [ann, bob] = (await scene.all("ann", "bob")) as [Guest, Guest];
  const { change } = scene.options;
  if (change !== undefined) for (const guest of [ann, bob]) await scene.acts(guest, change);
  onlyTheirs(scene, ann, bob);
  ann.drop();
  await scene.shows(bob, "ann", "temporarily_disconnected");
  await ann.reconnect();
  await scene.settle();
  onlyTheirs(scene, ann, bob);
  await ann.join();
  await scene.settle();
  onlyTheirs(scene, ann, bob);
}

function onlyTheirs(scene: Scene, ...guests: readonly Guest[]): void {
  for (const guest of guests)
    for (const other of guests) {
      if (other === guest) continue;
      const seen = guest.sees(other.deviceId) ?? {};
      const shown = scene.privateFields.find((name) => seen[name] !== undefined);
      expect(shown === undefined, `${guest.deviceId} sees ${other.deviceId}'s ${shown}, which is private`);
    }
}

async function secrets(scene: Scene): Promise<void> {
  const [ann, bob] = (await scene.all("ann", "bob")) as [Guest, Guest];
  const { change, publish, announce, tell } = scene.options;
  for (const action of [change, announce, tell?.("bob")])
    if (action !== undefined) await scene.acts(ann, action);
  if (publish !== undefined) ann.publish(ann.lastPublished + 1, publish.type, publish.payload(1));
  ann.drop();
  await scene.shows(bob, "ann", "temporarily_disconnected");
  await ann.reconnect();
  await scene.settle();
  const tokens = [ann, bob].map(({ reconnectionToken }) => reconnectionToken);
  for (const guest of [ann, bob])
    for (const text of guest.bytes) {
      const secret = scene.secrets.find((each) => text.includes(each));
      expect(secret === undefined, `${guest.deviceId} is sent somebody's session token`);
      expect(
        !tokens.some((token) => text.includes(token)),
        `${guest.deviceId} is sent somebody's reconnection token`,
      );
    }
}

export const privacyRules: readonly Rule[] = [
  { id: "G16", title: "a participant's private fields are shown to nobody else", check: privateFields },
  {
    id: "A7",
    title: "no session token and no reconnection token is in the state or in a message",
    check: secrets,
  },
];

/** An event in which nobody has a seat or a connection is forgotten. */
async function cleanup(scene: Scene): Promise<void> {
  const retentionMs = needed(scene.venue.retentionMs, "server.retentionMs", "when an event is forgotten");
  const [ann, bob] = (await scene.all("ann", "bob")) as [Guest, Guest];
  ann.leave();
  bob.leave();
  await scene.until("both are closed", () => ann.closes.length > 0 && bob.closes.length > 0);
  await scene.venue.advance(retentionMs + 2000);
  const late = await scene.guest("late");
  const code = await late.join({ must_exist: true }).then(
    () => undefined,
    (error: { code?: number }) => error.code,
  );
  expect(code === 404, `an event that everyone has left is still there, ${retentionMs} ms later`);
}

export const endingRules: readonly Rule[] = [
  {
    id: "N3",
    title: "an event that everyone has left is forgotten when its retention is over",
    check: cleanup,
  },
];
