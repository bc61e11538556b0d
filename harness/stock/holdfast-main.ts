// A process with the same server as harness/stock/stock-main, through Holdfast and with two types of events beside its
// rooms: PORT, REDIS_URL for several of them, STORE_URL. LISTEN says how it is started and ended: by `server.listen`, as
// it is; by `tools`, as the template of the framework does; or by `testing`, whose shutdown the word "end" asks for.
import { defineServer } from "@colyseus/core";
import { createLogger, EventRoom, eventRoom, withHoldfast } from "../../src/holdfast.ts";
import { freePort } from "../servers/free-port.ts";
import { serverParts } from "./server-parts.ts";

class QuizRoom extends EventRoom {}
class BuzzerRoom extends EventRoom {}

const env = process.env;
const { REDIS_URL: redisUrl = "", STORE_URL: storeUrl = "memory:", LATENCY_MS: latencyMs } = env;
const port = Number(env.PORT) || (await freePort());
const cluster = redisUrl === "" ? { storeUrl } : { redisUrl, publicAddress: `127.0.0.1:${port}` };
const { rooms, ...parts } = serverParts();
const server = defineServer(
  withHoldfast(
    {
      ...parts,
      rooms: { ...rooms, quiz: eventRoom(QuizRoom), buzzer: eventRoom(BuzzerRoom) },
      log: createLogger(env.LOG_LEVEL ?? "warn"),
    },
    { ...cluster, gracePeriodMs: 30_000 },
  ),
);
if (latencyMs !== undefined) server.simulateLatency(Number(latencyMs));
if (env.LISTEN === "tools") await (await import("@colyseus/tools")).listen(server, port);
else await server.listen(port, "127.0.0.1");
if (env.LISTEN === "testing") {
  const { ColyseusTestServer } = await import("@colyseus/testing");
  const kit = new ColyseusTestServer(server);
  process.once("SIGUSR2", () => void kit.shutdown().then(() => console.log("shut down")));
}
console.log(`listens on http://127.0.0.1:${port}`);
