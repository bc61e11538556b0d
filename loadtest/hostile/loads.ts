// Hostile loads, one function each: what a stranger, or many, can do to a server from outside. Each ends when `signal`
// says so. None expects an answer that helps.
import { request, Agent } from "node:http";
import { connect, type Socket } from "node:net";
import { Protocol, getMessageBytes } from "@colyseus/core";
import { matchmake, RawClient } from "../../harness/clients/raw-client.ts";
import { presenceResumeType } from "../../src/protocol/session.ts";

export interface Load {
  readonly name: string;
  run(url: string, signal: AbortSignal): Promise<void>;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
export const bystanderEvent = "bystander";
const guest = (event_id: string, device_id: string) => ({
  event_id,
  device_id,
  session_token: `of ${device_id}`,
});
const message = (type: string, payload: unknown) =>
  Buffer.from(getMessageBytes.raw(Protocol.ROOM_DATA, type, payload));

/** So many at a time until it is over. */
async function abreast(
  width: number,
  signal: AbortSignal,
  each: (i: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (!signal.aborted) await each(next++).catch(() => sleep(10));
    }),
  );
}

/** Joins `count` who never read again; one in fifty others drops and returns meanwhile. */
async function silentReaders(url: string, signal: AbortSignal, count: number): Promise<void> {
  const silent: RawClient[] = [];
  for (let i = 0; i < count && !signal.aborted; i += 20)
    silent.push(
      ...(await Promise.all(
        Array.from({ length: 20 }, (_, k) =>
          RawClient.join(url, guest(bystanderEvent, `silent ${i + k}`), { isDeaf: true }),
        ),
      )),
    );
  for (const client of silent) client.freeze();
  const beats = setInterval(() => {
    for (const client of silent) client.beat(); // frames are signs of life
  }, 2000);
  await abreast(20, signal, async (i) => {
    const client = await RawClient.join(url, guest(bystanderEvent, `restless ${i % 40}`), { isDeaf: true });
    await sleep(100);
    client.socket.terminate();
  });
  clearInterval(beats);
  for (const client of silent) client.socket.terminate();
}

async function flood(url: string, signal: AbortSignal, frame: Buffer, paused = false): Promise<void> {
  const clients: RawClient[] = [];
  for (let i = 0; i < 100; i++)
    clients.push(await RawClient.join(url, guest(bystanderEvent, `flooder ${i}`), { isDeaf: true }));
  if (paused) for (const client of clients) client.freeze();
  while (!signal.aborted) {
    for (const client of clients) if (client.socket.readyState === 1) client.socket.send(frame);
    await sleep(20); // 50 a second each: under the limit for floods
  }
  for (const client of clients) client.socket.terminate();
}

const sockets = (port: number, count: number, first: string): Socket[] =>
  Array.from({ length: count }, () => {
    const socket = connect(port, "127.0.0.1")
      .on("error", () => {})
      .resume();
    socket.write(first);
    return socket;
  });

/** Keeps so many connections open that say `first` and then a byte a second. */
async function dribble(url: string, signal: AbortSignal, count: number, first: string): Promise<void> {
  const port = Number(new URL(url).port);
  let open = sockets(port, count, first);
  while (!signal.aborted) {
    await sleep(1000);
    open = open.filter((socket) => !socket.destroyed);
    for (const socket of open) socket.write("x");
    open.push(...sockets(port, count - open.length, first));
  }
  for (const socket of open) socket.destroy();
}

function get(url: string, path: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request(
      `${url}${path}`,
      { agent, headers: { authorization: "Bearer nobody" } },
      (response) => response.resume().on("end", resolve).on("error", reject),
    );
    asked.on("error", reject).end();
  });
}

const upgrade =
  "GET /x/ev-nothing?sessionId=x HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-Slow: ";
const body = `POST /matchmake/joinOrCreate/event HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 65000\r\n\r\n${"x".repeat(60_000)}`;

export const loads: readonly Load[] = [
  { name: "nothing", run: async (_url, signal) => abreast(1, signal, () => sleep(100)) },
  {
    name: "new events over HTTP (up to 10,000)",
    run: (url, signal) =>
      abreast(32, signal, async (i) => (i < 10_000 ? matchmake(url, guest(`flood ${i}`, "d")) : sleep(100))),
  },
  { name: "4,000 unfinished handshakes", run: (url, signal) => dribble(url, signal, 4000, upgrade) },
  { name: "1,000 bodies of 60 KB that do not end", run: (url, signal) => dribble(url, signal, 1000, body) },
  { name: "200 silent readers under churn", run: (url, signal) => silentReaders(url, signal, 200) },
  { name: "2,000 silent readers under churn", run: (url, signal) => silentReaders(url, signal, 2000) },
  {
    name: "GET /host/events without a right to it",
    run: (url, signal) => {
      const agent = new Agent({ keepAlive: true });
      return abreast(32, signal, () => get(url, "/host/events", agent));
    },
  },
  {
    name: "host_action by 100 who are no hosts",
    run: (url, signal) => flood(url, signal, message("host_action", { action: "close_event" })),
  },
  {
    name: "unknown requests by 100",
    run: (url, signal) =>
      flood(url, signal, Buffer.from([Protocol.ROOM_DATA, 0xa7, ...Buffer.from("nothing")])),
  },
  {
    name: "presence_resume by 100 who do not read",
    run: (url, signal) => flood(url, signal, message(presenceResumeType, { epoch: 1, seq: 0 }), true),
  },
];
