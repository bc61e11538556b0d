// The native C SDK against a server of ours: joins, is cut, comes back by itself, by its token and by a join, publishes, leaves;
// what passes is recorded, read with the JSON Schemas alone, and kept. docs/wire-protocol.md says how the client is built.
//   node -r ./src/boot.cjs --import ./harness/from-source.ts harness/native-sdk/story.ts CLIENT [OUTPUT.jsonl]
import "../clients/use-ws.ts";
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { PointsRoom } from "../../examples/raw-client/PointsRoom.ts";
import { identity, newEvent, Phone } from "../clients/phone.ts";
import { startApp } from "../servers/app.ts";
import { until } from "../wait.ts";
import { read } from "../wire/reader.ts";
import { RecordingProxy } from "../wire/recording-proxy.ts";

/** The client's process: it is told lines, and says lines. */
class NativeClient {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly said: string[] = [];
  #from = 0;

  constructor(program: string, url: string) {
    const { hostname, port } = new URL(url);
    this.#process = spawn(program, [hostname, port]);
    createInterface(this.#process.stdout).on("line", (line) => this.said.push(line));
    this.#process.stderr.pipe(process.stderr);
  }

  /** Tells it a line; what it says from then on is looked at. */
  told(line: string): void {
    this.#from = this.said.length;
    this.#process.stdin.write(`${line}\n`);
  }

  mark(): void {
    this.#from = this.said.length;
  }

  /** The first line from the last told one on that begins so. */
  says(start: string): Promise<string> {
    return until(
      () => `${start}; it said ${this.said.slice(this.#from).join(" | ")}`,
      () => this.said.slice(this.#from).find((line) => line.startsWith(start)),
    );
  }

  end(): void {
    this.#process.kill();
  }
}

const [program = "", output] = process.argv.slice(2);
const app = await startApp({ room: PointsRoom, config: { gracePeriodMs: 30_000 } });
const proxy = await RecordingProxy.start(app.port);
const event = newEvent();
const [ann, ben] = [identity(event), identity(event)];
const witness = await Phone.join(app.url, ann);
const client = new NativeClient(program, proxy.url);
const step = (text: string) => console.log(text);
let result = 1;
try {
  client.told(`join ${JSON.stringify(ben)}`);
  const token = (await client.says("joined ")).slice("joined ".length);
  await client.says("state");
  await witness.hears("participant_joined", ben.device_id);
  step("it has joined, and has its first state");

  client.told("beat");
  await client.says("message heartbeat_ack");
  step("it beats");

  client.mark();
  proxy.cut();
  await client.says("dropped");
  await witness.hears("participant_temporarily_disconnected", ben.device_id);
  await client.says("returned");
  await witness.hears("participant_reconnected", ben.device_id);
  step("it was cut, and came back by itself");

  // {"stream":"s","first":1,"messages":[{"type":"points","payload":{"n":2}}]}
  client.told(
    "publish 83a673747265616da173a5666972737401a86d657373616765739182a474797065a6706f696e7473a77061796c6f616481a16e02",
  );
  await client.says("message outbox_ack");
  await client.says("message told");
  step("it publishes, and is told");

  client.told(`token ${token}`);
  await client.says("joined ");
  await client.says("message participant_reconnected");
  step("it has come back by its token over HTTP");

  client.told(`join ${JSON.stringify(ben)}`);
  await client.says("joined ");
  await client.says("message participant_reconnected");
  step("it has come back by a join");

  witness.drop();
  await client.says("message participant_temporarily_disconnected");
  client.told("leave");
  await client.says("left 4000");
  step("it was told of another's drop, and has left");
  result = 0;
} finally {
  if (result !== 0) console.error(client.said.join("\n"));
  client.end();
  await proxy.close();
  await app.close();
}
const { lines, faults, kinds } = read(proxy.recorded, { isExact: true });
console.log(`${lines.length} lines, ${faults.length} of them wrong`);
console.log([...kinds].toSorted().join("\n"));
for (const fault of faults) console.error(fault);
if (output !== undefined)
  writeFileSync(output, proxy.recorded.map((line) => `${JSON.stringify(line)}\n`).join(""));
process.exit(faults.length > 0 ? 1 : 0);
