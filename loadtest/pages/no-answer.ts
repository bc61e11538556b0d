// `npm run bench:no-answer`: how often a page says "No answer" on recorded links, in virtual time: the client on a fake clock,
// signs of life every 3 s as TCP would bring them. What is said while the link delivers, and did in the 4 s before, is false.
import { FakeEnvironment } from "../../harness/clients/fakes/fake-environment.ts";
import { connected } from "../../harness/clients/fakes/fake-session.ts";
import { type RecordedOutages, recordedOutages } from "../../src/testing/network/outages.ts";
import { readCommandLine, whole } from "../../src/command-line.ts";
import { aligned } from "../bench/report/tables.ts";

const { values } = readCommandLine(
  {
    name: "npm run bench:no-answer --",
    summary: 'How often a page says "No answer" on recorded links, and how often falsely.',
    options: { "late-ms": whole("Everything is up to so late while the link delivers", 900, 0, 60_000) },
  },
  process,
);
const intervalMs = 3000;
/** The pings of a server begin anywhere in an interval. */
const phases = 6;
/** How long after a frame was sent TCP sends it again, doubling. */
const resendsMs = [200, 600, 1400, 3000, 6200, 12_600, 25_400];

interface Said {
  readonly atMs: number;
  readonly isFalse: boolean;
}

/** When a sign that is sent now arrives: at once, or with the first repetition that the link delivers. */
function arrivalOf({ outages }: RecordedOutages, sentMs: number, lateMs: number): number {
  const isDark = (at: number) =>
    outages.some(({ startMs, lengthMs }) => at >= startMs && at < startMs + lengthMs);
  const passes = [0, ...resendsMs].map((afterMs) => sentMs + afterMs).find((at) => !isDark(at));
  return (passes ?? Number.POSITIVE_INFINITY) + lateMs;
}

async function play(recording: RecordedOutages, phase: number): Promise<readonly Said[]> {
  const environment = new FakeEnvironment(undefined, phase + 1);
  const { server, session } = await connected({}, undefined, environment);
  server.showLife(environment, { intervalMs, detectionMs: 3 * intervalMs })();
  server.last.close(1006); // with the next connection it learns of them
  await environment.advance(1000);
  const beganAt = environment.now();
  const since = () => environment.now() - beganAt;
  const said: Said[] = [];
  session.on("quality", (quality) => {
    if (quality !== "no_answer") return;
    const atMs = since();
    const isTrue = recording.outages.some(
      ({ startMs, lengthMs }) => startMs < atMs && startMs + lengthMs > atMs - 4000 - values["late-ms"],
    );
    said.push({ atMs, isFalse: !isTrue });
  });
  let arrivedAt = 0;
  let sentMs = (phase * intervalMs) / phases;
  while (sentMs < recording.durationMs) {
    arrivedAt = Math.max(arrivedAt, arrivalOf(recording, sentMs, environment.random() * values["late-ms"]));
    environment.after(arrivedAt - since(), () => server.last.message("sign_of_life", undefined));
    sentMs += intervalMs;
    server.isSilent = true; // only the signs are of the link: a beat would be answered at once
    await environment.advance(sentMs - since());
    if (session.status !== "connected") {
      server.isSilent = false;
      await environment.advance(2000);
      arrivedAt = since(); // a new connection waits for nothing that the old one was sent
    }
  }
  return said;
}

const rows = [["recording", "hours", "said an hour", "falsely an hour"]];
const sum = { hours: 0, said: 0, isFalse: 0 };
for (const recording of recordedOutages) {
  let [all, wrong] = [0, 0];
  for (let phase = 0; phase < phases; phase++) {
    const said = await play(recording, phase);
    all += said.length;
    wrong += said.filter(({ isFalse }) => isFalse).length;
  }
  const hours = (recording.durationMs * phases) / 3_600_000;
  rows.push([recording.name, hours.toFixed(2), (all / hours).toFixed(1), (wrong / hours).toFixed(1)]);
  sum.hours += hours;
  sum.said += all;
  sum.isFalse += wrong;
}
rows.push([
  "all",
  sum.hours.toFixed(2),
  (sum.said / sum.hours).toFixed(1),
  (sum.isFalse / sum.hours).toFixed(1),
]);
console.log(aligned(rows));
process.exit(0);
