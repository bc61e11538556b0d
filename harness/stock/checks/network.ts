// What the network does to plain rooms: late messages, and sockets behind which nobody is any more.
import "../../clients/use-ws.ts";
import type { Check } from "../stage.ts";

/** The round trip that the server was told to simulate, in ms. */
export const simulatedMs = 120;

export const late: Check = {
  title: "simulateLatency makes a plain room's messages late, in order, both ways",
  async run(stage) {
    const seat = await stage.create("chat");
    await seat.sees("welcome");
    const sentAt = performance.now();
    for (let no = 0; no < 5; no++) seat.room.send("echo", no);
    const seen = await seat.until("echo", 5);
    return [seen, performance.now() - sentAt >= simulatedMs - 2];
  },
};

export const halfOpen: Check = {
  title: "a client that does not answer pings is dropped",
  async run(stage) {
    const seat = await stage.create("hold", { holdS: 0 });
    seat.room.reconnection.enabled = false;
    const { ws } = seat.room.connection.transport as unknown as {
      ws: { _socket: { pause(): void }; terminate(): void };
    };
    ws._socket.pause();
    const notes = await stage.notes(4, { withinMs: 20_000 });
    ws.terminate();
    return notes;
  },
};
