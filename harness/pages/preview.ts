// The pages without a server, in every state, with hot reload: `node harness/pages/preview.ts [port]`, then
// `/?event=demo&fake=reconnecting&people=24` or `/host?event=demo&people=500` (any token signs in).
import { servePages } from "./preview-server.ts";

const port = Number(process.argv[2] ?? 5199);
await servePages(port);
console.log(`http://127.0.0.1:${port}/?event=demo  http://127.0.0.1:${port}/host?event=demo`);
