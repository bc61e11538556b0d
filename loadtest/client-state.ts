// What a patch costs our client beside decoding it, with many in the event: `node -r ./src/boot.cjs loadtest/client-state.ts [participants]`.
// Prints the median of many patches, in milliseconds: nothing that is a participant's, one score, 300 who drop at once.
import { Encoder } from "@colyseus/schema";
import { Roster } from "../src/client/presence/roster.ts";
import { RoomCallbacks } from "../src/client/state/callbacks.ts";
import type { StateChanges } from "../src/client/state/changes.ts";
import { defineEventState, t } from "../src/schema/index.ts";
import { ServedState } from "../harness/states/decoded-state.ts";

const quiz = defineEventState({
  participant: { score: t.number().default(0) },
  event: { round: t.number().default(0) },
});
Encoder.BUFFER_SIZE = 1024 * 1024;
const count = Number(process.argv[2] ?? 5000);
const served = new ServedState(new quiz.State());
const devices = Array.from({ length: count }, (_, index) => `device-${index}`);
for (const device of devices) {
  const participant = new quiz.Participant();
  participant.device_id = device;
  served.state.participants.set(device, participant);
}
const copy = served.join();

const medianOf = (times: number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;

function measure(change: (turn: number) => void, take: (changes: StateChanges) => void): string {
  const times = Array.from({ length: 60 }, (_, turn) => {
    change(turn);
    const changes = copy.decode(served.patch());
    const startedAt = performance.now();
    take(changes);
    return performance.now() - startedAt;
  });
  return medianOf(times).toFixed(3);
}

const changes: Record<string, (turn: number) => void> = {
  "the event's own field": (turn) => void (served.state.round = turn + 1),
  "one score": (turn) => {
    served.state.participants.get(devices[turn % count] as string)!.score += 1;
  },
  "300 drop": (turn) => {
    for (const device of devices.slice(0, 300)) {
      const participant = served.state.participants.get(device)!;
      participant.status = turn % 2 === 0 ? "temporarily_disconnected" : "connected";
      participant.disconnected_at = turn + 1;
    }
  },
};

const roster = new Roster("device-0");
roster.update(copy.state);
const unused = new RoomCallbacks({ report: console.error });
unused.update(copy.state, undefined);
const used = new RoomCallbacks({ report: console.error });
used.update(copy.state, undefined);
const startedAt = performance.now();
used.onAdd("participants", (participant: object) => used.listen(participant, "score", () => {}));
console.log(
  `${count} participants: registering for each takes ${(performance.now() - startedAt).toFixed(1)} ms`,
);
for (const [name, change] of Object.entries(changes)) {
  const followed = measure(change, (said) => roster.update(copy.state, said));
  const looked = measure(change, () => roster.update(copy.state));
  const none = measure(change, (said) => unused.update(copy.state, said));
  const all = measure(change, (said) => used.update(copy.state, said));
  console.log(
    `${name}: roster ${followed} ms (looking at everyone ${looked}); callbacks ${all} ms (none registered ${none})`,
  );
}
