// `npm run bench:messages`: what it costs the server to tell one participant something beside a stock `send`, and to announce
// something to all beside a stock `broadcast`. One server process and one event for each size. Prints a table; asserts nothing.
import { pack } from "msgpackr";
import { presenceResumeType, toldAckType, toldType } from "../../src/protocol/session.ts";
import { readCommandLine, text, whole } from "../../src/command-line.ts";
import { Crowd, kinds, Participant } from "./running/crowd.ts";
import { dialectOf, message, protocol, recognise } from "./dialects/colyseus.ts";
import { numbersIn } from "./dialects/ours.ts";
import { measured, type Outcome } from "./running/measure.ts";
import { joinStorm } from "./running/phases.ts";
import type { PhaseResult } from "./results.ts";
import { type ServerChild, startChild } from "./servers/server-child.ts";
import { median } from "./statistics.ts";
import { deadline, storm } from "./running/storm.ts";

const { values } = readCommandLine(
  {
    name: "npm run bench:messages --",
    summary: "What messages to one and to all cost the server: stock, and those that survive.",
    options: {
      sizes: text("Participants of one event, one group of table rows each", "200,2000"),
      rounds: whole("How often each is measured", 3, 1, 100),
      messages: whole("To one alone in each measurement, at least one to each", 4000, 1, 1_000_000),
      announcements: whole("To all in each measurement, one after the other", 20, 1, 10_000),
      abreast: whole("How many wait for a message of their own at once", 64, 1, 5000),
    },
  },
  process,
);
const sizes = values.sizes.split(",").map(Number);
const boundMs = 120_000;
/** A receipt (a pong, or an acknowledgement) comes behind the message, and costs the server, too. */
const receiptsMs = 300;

const headOf = (type: string) =>
  Buffer.from([protocol.roomData, 0xa0 | type.length, ...Buffer.from(type, "latin1")]);
const [toldHead, announcedHead] = [headOf(toldType), headOf("announcement")];
const begins = (bytes: Buffer, at: number, head: Buffer) =>
  bytes.compare(head, 0, head.length, at, at + head.length) === 0;

/** With `acknowledges`, clients say as ours does how far they have handled what they are told. */
const messageDialect = (port: number, crowd: Crowd, acknowledges: boolean) =>
  dialectOf(port, crowd, (participant, bytes, at) => {
    const code = bytes[at];
    if (code !== protocol.roomData) recognise(participant, bytes, at);
    if (code === protocol.joinRoom && acknowledges)
      participant.link?.send(message(presenceResumeType, pack({ told: { joined_at: 0, through: 0 } })));
    if (code !== protocol.roomData) return;
    if (begins(bytes, at, toldHead)) {
      const through = numbersIn(bytes, at + toldHead.length).get("no");
      if (acknowledges) participant.link?.send(message(toldAckType, pack({ through })));
      participant.settle?.();
    } else if (begins(bytes, at, announcedHead)) participant.hear(kinds.news);
    else {
      recognise(participant, bytes, at);
      if (bytes[at + 2] === "n".charCodeAt(0)) participant.settle?.();
    }
  });

interface Row {
  readonly name: string;
  readonly asks: string;
  readonly isToAll: boolean;
  readonly acknowledges: boolean;
}
const rows: readonly Row[] = [
  { name: "send", asks: "send", isToAll: false, acknowledges: false },
  { name: "tell, stock client", asks: "tell", isToAll: false, acknowledges: false },
  { name: "tell, our client", asks: "tell", isToAll: false, acknowledges: true },
  { name: "broadcast", asks: "broadcast", isToAll: true, acknowledges: false },
  { name: "announce", asks: "announce", isToAll: true, acknowledges: false },
];

/** So many at once, each asks for its share, one message after another. */
async function toEach(all: readonly Participant[], asks: string): Promise<Outcome> {
  const share = Math.ceil(values.messages / all.length);
  const latenciesMs: number[] = [];
  const result = await storm(all, values.abreast, boundMs, async (participant) => {
    for (let k = 0; k < share; k++) {
      const beganAt = performance.now();
      await participant.until(() => participant.link?.send(message(asks)));
      latenciesMs.push(performance.now() - beganAt);
    }
  });
  await deadline(receiptsMs).over;
  const of = share * all.length;
  return { ...result, ok: latenciesMs.length === of, done: latenciesMs.length, of, latenciesMs };
}

/** One asks, and another when all have heard it. */
async function toAll(crowd: Crowd, all: readonly Participant[], asks: string): Promise<Outcome> {
  const latenciesMs: number[] = [];
  const startedAt = performance.now();
  const limit = deadline(boundMs);
  let done = 0;
  for (let k = 0; k < values.announcements; k++) {
    const heard = crowd.expect(kinds.news, all, () => 1);
    all[k % all.length]?.link?.send(message(asks));
    const { done: heardBy, of, timesMs } = await heard(limit.over);
    if (heardBy < of) break;
    latenciesMs.push(...timesMs);
    done += 1;
  }
  limit.cancel();
  const wallMs = performance.now() - startedAt;
  return { ok: done === values.announcements, done, of: values.announcements, wallMs, latenciesMs };
}

async function measure(child: ServerChild, size: number, found: Map<string, PhaseResult[]>): Promise<void> {
  for (const acknowledges of [false, true]) {
    const crowd = new Crowd();
    const dialect = messageDialect(child.port, crowd, acknowledges);
    const event = `event of ${size}, ${acknowledges ? "ours" : "stock"}`;
    const all = Array.from({ length: size }, (_, k) => new Participant(crowd, event, `device ${k}`));
    await joinStorm({ crowd, dialect, parties: [{ all, dropping: [] }], width: 64, boundMs });
    const run = ({ asks, isToAll }: Row) => (isToAll ? toAll(crowd, all, asks) : toEach(all, asks));
    const mine = rows.filter((row) => row.acknowledges === acknowledges);
    for (const row of mine) await run(row); // what runs first is slow
    for (let round = 0; round < values.rounds; round++)
      for (const row of mine) {
        const result = await measured(child, crowd, () => run(row));
        const key = `${size}\t${row.name}`;
        found.set(key, [...(found.get(key) ?? []), result]);
      }
    for (const { link } of all) link?.drop();
    dialect.close();
  }
}

const found = new Map<string, PhaseResult[]>();
for (const size of sizes) {
  const child = await startChild("messages");
  try {
    await measure(child, size, found);
  } finally {
    await child.stop();
  }
}
console.log(
  `${values.messages} to one, ${values.abreast} under way at once; ${values.announcements} to all, one after the other; medians of ${values.rounds} rounds`,
);
console.log("participants  message                done   p50 ms   p99 ms   server CPU us/message");
for (const size of sizes)
  for (const { name } of rows) {
    const results = found.get(`${size}\t${name}`) ?? [];
    const of = (field: "done" | "p50Ms" | "p99Ms" | "cpuUsPerOp") =>
      median(results.map((result) => result[field]));
    console.log(
      `${String(size).padStart(12)}  ${name.padEnd(20)} ${String(of("done")).padStart(6)} ${of("p50Ms").toFixed(1).padStart(8)} ${of("p99Ms").toFixed(1).padStart(8)} ${of("cpuUsPerOp").toFixed(0).padStart(23)}`,
    );
  }
process.exit(0);
