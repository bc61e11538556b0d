// `npm run loadtest:ui`: a scenario for @colyseus/loadtest. Each client joins an event, beats, loses its socket without
// a goodbye, returns (by the SDK's own reconnection, by client.reconnect, by a fresh join, in turn), and leaves.
// The tool joins clients one after the other and never exits by itself: `q`, Escape or SIGTERM ends it.
import "../harness/clients/use-ws.ts";
import { type Options, cli } from "@colyseus/loadtest";
import { closeCodes, heartbeatType } from "../src/protocol/index.ts";
import { type EventRoomHandle, join, now, reconnect, sleep } from "./support/sdk.ts";

const clientsPerEvent = 50;
const stayMs = 8000; // longer than the SDK's minUptime of 5 s, below which it would not reconnect
const awayMs = 2000;
const beatEveryMs = 2000;
const run = `scenario ${Math.round(now())}`;

interface Visitor {
  readonly url: string;
  readonly number: number;
  readonly options: { readonly event_id: string; readonly device_id: string; readonly session_token: string };
}

function listen(room: EventRoomHandle): EventRoomHandle {
  room.onMessage("*", () => {});
  room.onError(() => {});
  return room;
}

/** Beats until the time is over; a beat while away would only be queued by the SDK. */
async function stay(room: EventRoomHandle): Promise<void> {
  for (let stayedMs = 0; stayedMs < stayMs; stayedMs += beatEveryMs) {
    if (room.connection.isOpen) room.send(heartbeatType);
    await sleep(beatEveryMs);
  }
}

function cut(room: EventRoomHandle): void {
  (room.connection.transport as unknown as { ws: { terminate(): void } }).ws.terminate();
}

async function comeBack(room: EventRoomHandle, { url, number, options }: Visitor): Promise<EventRoomHandle> {
  if (number % 3 === 0) {
    const isBack = new Promise<void>((resolve, reject) => {
      room.onReconnect(() => resolve());
      room.onLeave((code) => reject(new Error(`closed with ${code} instead of reconnecting`)));
    });
    cut(room);
    await isBack;
    return room;
  }
  room.reconnection.enabled = false;
  cut(room);
  await sleep(awayMs);
  return listen(number % 3 === 1 ? await reconnect(url, room.reconnectionToken) : await join(url, options));
}

async function visit(first: EventRoomHandle, visitor: Visitor): Promise<void> {
  await stay(first);
  const room = await comeBack(first, visitor);
  await stay(room);
  const code = await room.leave();
  if (code !== closeCodes.consented.code) throw new Error(`its goodbye was answered with ${code}`);
}

async function main({ endpoint, clientId }: Options): Promise<void> {
  const device_id = `visitor ${clientId}`;
  const event_id = `${run} ${Math.floor(clientId / clientsPerEvent)}`;
  const options = { event_id, device_id, session_token: `token of ${device_id} in ${run}` };
  const room = listen(await join(endpoint, options));
  console.log(`${device_id} joined ${event_id}`);
  // Not awaited: the tool starts the next client when this resolves, and shows what is logged.
  void visit(room, { url: endpoint, number: clientId, options }).then(
    () => console.log(`${device_id} left`),
    (error: unknown) => console.error(`${device_id} failed: ${(error as Error).message}`),
  );
}

cli(main);
