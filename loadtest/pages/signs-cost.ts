// `npm run bench:signs [-- --clients N] [--seconds S]`: what the signs of life cost a server. The same idle connections of one
// event are measured in turn with and without: each client says whether it wants them. Prints CPU in % of one core.
import { Protocol } from "@colyseus/core";
import { pack } from "msgpackr";
import { RawClient } from "../../harness/clients/raw-client.ts";
import { number, readCommandLine, whole } from "../../src/command-line.ts";
import { presenceResumeType } from "../../src/protocol/session.ts";
import { aligned } from "../bench/report/tables.ts";
import { startChild } from "../bench/servers/server-child.ts";

const { values } = readCommandLine(
  {
    name: "npm run bench:signs --",
    summary: "What a sign of life behind each ping costs a server.",
    options: {
      clients: whole("How many", 5000, 1, 20_000),
      seconds: number("How long each turn is measured", 20, 1, 600),
      turns: whole("How many turns of each", 3, 1, 20),
    },
  },
  process,
);
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const child = await startChild("", {
  env: { LOG_LEVEL: "warn", NEW_SEATS_PER_MINUTE: "0" },
  file: new URL("../../src/index.ts", import.meta.url).pathname,
});
const url = `http://127.0.0.1:${child.port}`;
const clients: RawClient[] = [];
await Promise.all(
  Array.from({ length: 32 }, async (_, lane) => {
    for (let i = lane; i < values.clients; i += 32)
      clients.push(
        await RawClient.join(
          url,
          { event_id: `signs ${i % 50}`, device_id: `d${i}`, session_token: `token of device ${i}` },
          { isDeaf: true },
        ),
      );
  }),
);

const text = (what: string) => Buffer.concat([Buffer.from([0xa0 | what.length]), Buffer.from(what)]);
function ask(wants: boolean): void {
  const payload = pack({ signs_of_life: wants, told: { joined_at: 0, through: 0 } });
  const frame = Buffer.concat([Buffer.from([Protocol.ROOM_DATA]), text(presenceResumeType), payload]);
  for (const { socket } of clients) socket.send(frame);
}

const rows: string[][] = [["turn", "without", "with", "the difference, % of a core"]];
for (let turn = 1; turn <= values.turns; turn++) {
  const cpu: number[] = [];
  for (const wants of [false, true]) {
    ask(wants);
    await sleep(5000);
    const before = await child.mark();
    const startedAt = performance.now();
    await sleep(1000 * values.seconds);
    const after = await child.sample();
    cpu.push((after.cpuUs - before.cpuUs) / 10 / (performance.now() - startedAt));
  }
  const [without = 0, withThem = 0] = cpu;
  rows.push([String(turn), without.toFixed(2), withThem.toFixed(2), (withThem - without).toFixed(2)]);
  console.log(rows.at(-1)?.join("  "));
}
console.log(`\n${values.clients} clients, a ping every 3 s\n\n${aligned(rows)}`);
await child.stop();
process.exit(0);
