// A process with a stock server, for comparison: PORT, and REDIS_URL for several of them.
import { RedisDriver } from "@colyseus/redis-driver";
import { RedisPresence } from "@colyseus/redis-presence";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { freePort } from "../servers/free-port.ts";
import { stockServer } from "./server-parts.ts";

const { REDIS_URL: url = "", PORT, LATENCY_MS: latencyMs } = process.env;
const port = Number(PORT) || (await freePort());
const cluster =
  url === ""
    ? {}
    : {
        driver: new RedisDriver(url),
        presence: new RedisPresence(url),
        publicAddress: `127.0.0.1:${port}`,
      };
const server = stockServer({ transport: new WebSocketTransport(), ...cluster });
if (latencyMs !== undefined) server.simulateLatency(Number(latencyMs));
await server.listen(port, "127.0.0.1");
console.log(`listens on http://127.0.0.1:${port}`);
