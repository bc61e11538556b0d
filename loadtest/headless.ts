// `npm run loadtest`: joins, beats, abrupt drops, returns by both ways and goodbyes, for N stock clients at once.
// Prints one JSON object, and exits with 1 when anything is missing. Starts a server of its own unless told where one
// is. Bounded in clients, in concurrency and in time.
import { number, readCommandLine, text, whole } from "../src/command-line.ts";
import { type App, createApp } from "../src/app.config.ts";
import { errorLog } from "./support/error-log.ts";
import { Guest } from "./support/guest.ts";
import { now, waitFor } from "./support/sdk.ts";
import { pool, Tally } from "./support/tally.ts";
import { temporaryStore } from "../harness/servers/temporary-store.ts";

interface Options {
  readonly endpoint: string | undefined;
  readonly clients: number;
  readonly eventSize: number;
  readonly dropShare: number;
  readonly beats: number;
  readonly width: number;
  readonly timeoutMs: number;
}

function readOptions(): Options {
  const { values } = readCommandLine(
    {
      name: "npm run loadtest --",
      summary: "Joins, drops, returns and leaves of many stock clients, each of them counted.",
      options: {
        endpoint: text("A server that runs; otherwise one of its own"),
        clients: whole("How many", 200, 2, 5000),
        "event-size": whole("How many in each event", 50, 2, 5000),
        "drop-share": number("The part of them that drops", 0.5, 0, 1),
        beats: whole("Heartbeats of each", 3, 0, 100),
        width: whole("How many act abreast", 20, 1, 500),
        "timeout-seconds": number("It has failed after this", 120, 1, 3600),
      },
    },
    process,
  );
  return {
    endpoint: values.endpoint,
    clients: values.clients,
    eventSize: values["event-size"],
    dropShare: values["drop-share"],
    beats: values.beats,
    width: values.width,
    timeoutMs: 1000 * values["timeout-seconds"],
  };
}

/** Everyone of one event; the first stays, and hears what is said of the others. */
interface Party {
  readonly steady: Guest;
  readonly others: readonly Guest[];
  readonly dropping: readonly Guest[];
}

function invite(url: string, { clients, eventSize, dropShare }: Options): Party[] {
  const run = `load ${Math.round(now())}`;
  const parties: Party[] = [];
  for (let first = 0; first < clients; first += eventSize) {
    const guests = Array.from({ length: Math.min(eventSize, clients - first) }, (_, place) => {
      const device_id = `guest ${first + place}`;
      const session_token = `token of ${device_id} in ${run}`;
      return new Guest(url, { event_id: `${run} ${parties.length}`, device_id, session_token });
    });
    const [steady, ...others] = guests as [Guest, ...Guest[]];
    parties.push({ steady, others, dropping: others.slice(0, Math.round(others.length * dropShare)) });
  }
  return parties;
}

/** How long a silent witness is waited for: a dead socket is noticed at most 9 s after, told 250 ms later. */
const hearsayLimitMs = 12_000;

/** Waits until each event's steady guest has heard of as many as it should. */
async function hearAll(
  parties: readonly Party[],
  type: string,
  expected: (party: Party) => number,
  tally: Tally,
): Promise<void> {
  await pool(parties, parties.length, async (party) => {
    const heard = () => party.steady.heard[type] ?? 0;
    await waitFor(() => heard() >= expected(party), hearsayLimitMs);
    tally.count(`heard ${type}`, heard());
    if (heard() !== expected(party))
      tally.failed("hearsay", `${type} heard ${heard()} times instead of ${expected(party)}`);
  });
}

async function run(url: string, options: Options, tally: Tally): Promise<void> {
  const { width, beats } = options;
  const parties = invite(url, options);
  const steady = parties.map((party) => party.steady);
  const others = parties.flatMap((party) => party.others);
  const dropping = parties.flatMap((party) => party.dropping);
  const all = [...steady, ...others];

  const join = async (guest: Guest) => void (await tally.time("join", () => guest.join()));
  await pool(steady, width, join);
  await pool(others, width, join);
  if (tally.counts.join !== all.length) return; // the rest would only wait for what cannot come
  await hearAll(parties, "participant_joined", (party) => party.others.length, tally);

  for (let beat = 0; beat < beats; beat += 1)
    await pool(all, width, async (guest) => void (await tally.time("heartbeat_ack", () => guest.beat())));

  for (const guest of dropping) guest.drop();
  tally.count("drop", dropping.length);
  const gone = (party: Party) => party.dropping.length;
  await hearAll(parties, "participant_temporarily_disconnected", gone, tally);

  await pool([...dropping.entries()], width, async ([number, guest]) => {
    const how = number % 2 === 0 ? "reconnect" : "join";
    await tally.time(`return by ${how}`, () => guest.comeBack(how));
  });
  await hearAll(parties, "participant_reconnected", gone, tally);
  for (const guest of all) {
    if (guest.closedWith !== undefined) tally.failed("close", `closed with ${guest.closedWith}`);
    else if (!guest.isIn) tally.failed("close", "not connected in the end");
  }

  await pool(others, width, async (guest) => void (await tally.time("leave", () => guest.leave())));
  await hearAll(parties, "participant_left", (party) => party.others.length, tally);
  await pool(steady, width, async (guest) => void (await tally.time("leave", () => guest.leave())));
}

/** What should have happened as often, and did not. */
function missing({ clients, beats }: Options, { counts }: Tally): string[] {
  const returns = (counts["return by reconnect"] ?? 0) + (counts["return by join"] ?? 0);
  const wanted: [string, number, number][] = [
    ["join", counts.join ?? 0, clients],
    ["heartbeat_ack", counts.heartbeat_ack ?? 0, clients * beats],
    ["return", returns, counts.drop ?? 0],
    ["leave", counts.leave ?? 0, clients],
  ];
  return wanted.flatMap(([what, got, want]) => (got === want ? [] : [`${what}: ${got} of ${want}`]));
}

async function main(): Promise<number> {
  const options = readOptions();
  const tally = new Tally();
  const log = errorLog();
  const startedAt = now();
  let app: App | undefined;
  let url = options.endpoint;
  if (url === undefined) {
    app = createApp({ config: { port: 0, host: "127.0.0.1", storeUrl: temporaryStore() }, log: log.log });
    url = `http://127.0.0.1:${await app.listen()}`;
  }
  const report = (lacks: string[]) => {
    const { clients, eventSize } = options;
    const { counts, latenciesMs, errors } = tally;
    const tookMs = Math.round(now() - startedAt);
    const ok = lacks.length === 0 && Object.keys(errors).length === 0 && log.lines.length === 0;
    const server = app === undefined ? options.endpoint : "in this process";
    const summary = { ok, server, clients, eventSize, tookMs, counts, latenciesMs, errors, missing: lacks };
    console.log(JSON.stringify({ ...summary, serverErrors: log.lines.slice(0, 10) }, null, 2));
    return ok ? 0 : 1;
  };
  const limit = setTimeout(() => {
    process.exit(report([...missing(options, tally), `not done within ${options.timeoutMs} ms`]) || 1);
  }, options.timeoutMs);
  await run(url, options, tally);
  clearTimeout(limit);
  await app?.close();
  return report(missing(options, tally));
}

process.exit(await main());
