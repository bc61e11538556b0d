// `npm run bench:publish`: what a published message costs the server, from its frame to its acknowledgement (which follows
// its commit), and what a refused one costs beside one that is taken. One server process and one event for each size;
// every participant has one message under way. Prints a table; asserts nothing.
import { pack } from "msgpackr";
import { readCommandLine, text, whole } from "../../src/command-line.ts";
import { Crowd, kinds, Participant } from "./running/crowd.ts";
import { dialectOf, message, protocol, recognise } from "./dialects/colyseus.ts";
import { measured } from "./running/measure.ts";
import { joinStorm } from "./running/phases.ts";
import type { PhaseResult } from "./results.ts";
import { type ServerChild, startChild } from "./servers/server-child.ts";
import { median } from "./statistics.ts";
import { storm } from "./running/storm.ts";

const { values } = readCommandLine(
  {
    name: "npm run bench:publish --",
    summary: "What published messages cost the server: taken, refused, and with handlers that do nothing.",
    options: {
      sizes: text("Participants of one event, one table row each", "200,2000"),
      rounds: whole("How often each is measured", 3, 1, 100),
      messages: whole("Published in each measurement, at least one by each", 4000, 1, 1_000_000),
      abreast: whole("How many are under way at once", 64, 1, 5000),
    },
  },
  process,
);
const sizes = values.sizes.split(",").map(Number);
const types = ["nothing", "taken", "refused"] as const;
type Type = (typeof types)[number];
const boundMs = 120_000;

const acknowledgement = Buffer.from([
  protocol.roomData,
  0xa0 | "outbox_ack".length,
  ...Buffer.from("outbox_ack"),
]);

const publishDialect = (port: number, crowd: Crowd) =>
  dialectOf(port, crowd, (participant, bytes, at) => {
    if (bytes.compare(acknowledgement, 0, acknowledgement.length, at, at + acknowledgement.length) === 0) {
      participant.hear(kinds.ack);
      participant.settle?.();
    } else recognise(participant, bytes, at);
  });

/** So many at once, each publishes its share, one message after another. */
async function publishAll(all: readonly Participant[], numbers: Map<Participant, number>, type: Type) {
  const share = Math.ceil(values.messages / all.length);
  const latenciesMs: number[] = [];
  const result = await storm(all, values.abreast, boundMs, async (participant) => {
    for (let k = 0; k < share; k++) {
      const first = (numbers.get(participant) ?? 0) + 1;
      numbers.set(participant, first);
      const request = { stream: "bench", first, messages: [{ type, payload: 1 }] };
      const beganAt = performance.now();
      await participant.until(() => participant.link?.send(message("outbox_publish", pack(request))));
      latenciesMs.push(performance.now() - beganAt);
    }
  });
  const of = share * all.length;
  return { ...result, ok: latenciesMs.length === of, done: latenciesMs.length, of, latenciesMs };
}

async function measure(child: ServerChild, size: number, found: Map<string, PhaseResult[]>): Promise<void> {
  const crowd = new Crowd();
  const dialect = publishDialect(child.port, crowd);
  const all = Array.from(
    { length: size },
    (_, k) => new Participant(crowd, `event of ${size}`, `device ${k}`),
  );
  const stage = { crowd, dialect, parties: [{ all, dropping: [] }], width: 64, boundMs };
  await joinStorm(stage);
  const numbers = new Map<Participant, number>();
  for (const type of types) await publishAll(all.slice(0, 200), numbers, type); // what runs first is slow
  for (let round = 0; round < values.rounds; round++)
    for (const type of types) {
      const result = await measured(child, crowd, () => publishAll(all, numbers, type));
      const key = `${size} ${type}`;
      found.set(key, [...(found.get(key) ?? []), result]);
    }
  for (const { link } of all) link?.drop();
  dialect.close();
}

const found = new Map<string, PhaseResult[]>();
for (const size of sizes) {
  const child = await startChild("publish");
  try {
    await measure(child, size, found);
  } finally {
    await child.stop();
  }
}
console.log(
  `${values.messages} messages, ${values.abreast} under way at once, medians of ${values.rounds} rounds`,
);
console.log("participants  handler     done   messages/s   p50 ms   p99 ms   server CPU us/message");
for (const [key, results] of found) {
  const [size = "", type = ""] = key.split(" ");
  const of = (field: "done" | "perSecond" | "p50Ms" | "p99Ms" | "cpuUsPerOp") =>
    median(results.map((result) => result[field]));
  console.log(
    `${size.padStart(12)}  ${type.padEnd(8)} ${String(of("done")).padStart(7)} ${of("perSecond").toFixed(0).padStart(12)} ${of("p50Ms").toFixed(1).padStart(8)} ${of("p99Ms").toFixed(1).padStart(8)} ${of("cpuUsPerOp").toFixed(0).padStart(23)}`,
  );
}
process.exit(0);
