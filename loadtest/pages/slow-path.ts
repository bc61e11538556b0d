// `npm run bench:pages`: how long the participant's page takes on a slow phone (50 KB/s, 400 ms round trip, a processor four times
// slower), over plain http and TLS, into an event of 200, and what a second visit takes. Reports; asserts nothing: the bytes
// are a test's (test/browser/bytes.test.ts).
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createTls } from "node:tls";
import { connect, type AddressInfo } from "node:net";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { buildPages } from "../../harness/clients/browser.ts";
import { identity, Phone } from "../../harness/clients/phone.ts";
import { startServer } from "../../harness/servers/server-process.ts";
import { readCommandLine, whole } from "../../src/command-line.ts";
import { SlowLink, slow3g } from "./slow-link.ts";
import { firstPaintOf, slowPage, visit, type Visit } from "./visit.ts";

const {
  values: { runs },
} = readCommandLine(
  {
    name: "npm run bench:pages --",
    summary: "How long the participant's page takes on a slow phone.",
    options: { runs: whole("Of how many runs the median is taken", 5, 1, 50) },
  },
  process,
);
const people = 200;
const slowdown = 4;
const eventId = "K7Q4XM";

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const inSeconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;

/** TLS before a server, with a certificate that nobody has signed. */
async function withTls(target: number): Promise<{ port: number; close: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-tls-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = ["-subj", "/CN=localhost", "-days", "2"];
  execFileSync(
    "openssl",
    [
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-keyout",
      key,
      "-out",
      cert,
      ...subject,
    ],
    { stdio: "ignore" },
  );
  const server = createTls({ key: readFileSync(key), cert: readFileSync(cert) }, (socket) => {
    const upstream = connect(target, "127.0.0.1");
    for (const end of [socket, upstream]) end.on("error", () => {});
    socket.pipe(upstream).pipe(socket);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  rmSync(folder, { recursive: true });
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

await buildPages();
const server = await startServer({ MAX_PARTICIPANTS: "1000" });
const crowd = await Promise.all(
  Array.from({ length: people }, () => Phone.join(server.url, identity(eventId))),
);
const tls = await withTls(server.port);
const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--ignore-certificate-errors"],
});
console.log(
  `${slow3g.bytesPerSecond / 1000} KB/s, ${slow3g.roundTripMs} ms round trip, processor ${slowdown} times slower, event of ${people}; ` +
    `median of ${runs}; load ${loadavg()[0]?.toFixed(1)}`,
);
for (const [scheme, target] of [
  ["http", server.port],
  ["https", tls.port],
] as const) {
  const [visits, bytes, again]: [Visit[], number[], number[]] = [[], [], []];
  for (let run = 0; run < runs; run += 1) {
    const link = await SlowLink.start(target, slow3g);
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const address = `${scheme}://127.0.0.1:${link.port}/?event=${eventId}`;
    const page = await slowPage(context, slowdown);
    const seen = await visit(page, address);
    visits.push(seen);
    bytes.push(link.arrivedUntil(seen.hereAt));
    if (scheme === "http") {
      // The shell is being kept; a browser keeps none for a certificate that nobody has signed.
      await page.waitForFunction(
        async () => {
          const names = await caches.keys();
          for (const name of names)
            if ((await (await caches.open(name)).keys()).some(({ url }) => url.endsWith(".html")))
              return true;
          return false;
        },
        undefined,
        { timeout: 60_000 },
      );
      await page.close();
      const second = await slowPage(context, slowdown);
      await second.goto(address, { waitUntil: "commit" });
      again.push(await firstPaintOf(second));
    }
    await context.close();
    link.close();
  }
  const of = (read: (visit: Visit) => number) => inSeconds(median(visits.map(read)));
  console.log(
    `${scheme.padEnd(5)} first paint ${of(({ firstPaintMs }) => firstPaintMs)}, usable ${of(({ usableMs }) => usableMs)}, ` +
      `joined ${of(({ joinedMs, usableMs }) => joinedMs - usableMs)} after that, ${(median(bytes) / 1000).toFixed(0)} KB down until joined` +
      (again.length === 0 ? "" : `; second visit painted after ${inSeconds(median(again))}`),
  );
}
await browser.close();
for (const phone of crowd) phone.drop();
tls.close();
await server.kill();
