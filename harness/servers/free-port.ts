// A port for a server of a test's own.
import { once } from "node:events";
import { createServer } from "node:net";

/** Below the range from which the system takes ports for connections: one of those might have it before its server. */
export async function freePort(): Promise<number> {
  const port = 20_000 + Math.floor(Math.random() * 12_000);
  const server = createServer().listen(port, "127.0.0.1");
  const isFree = await once(server, "listening").then(
    () => true,
    () => false,
  );
  if (!isFree) return freePort();
  server.close();
  await once(server, "close");
  return port;
}
