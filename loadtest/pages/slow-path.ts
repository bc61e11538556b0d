// `npm run bench:pages`: how long the participant's page takes on a slow phone (50 KB/s, 400 ms round trip, a processor four times
// slower), over plain http and TLS, into an event of 200, and what a second visit takes. Reports; asserts nothing: the bytes
// are a test's (test/browser/bytes.test.ts).
import { loadavg } from "node:os";
import { type Browser, chromium } from "playwright-core";
import { buildPages } from "../../harness/browsers/browser.ts";
import { identity, Phone } from "../../harness/clients/phone.ts";
import { startServer } from "../../harness/servers/server-process.ts";
import { until } from "../../harness/wait.ts";
import { readCommandLine, whole } from "../../src/command-line.ts";
import { secondVisit, shellIsKept } from "./second-visit.ts";
import { SlowLink, slow3g } from "./slow-link.ts";
import { withTls } from "./tls.ts";
import { slowPage, visit, type Visit } from "./visit.ts";

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

/** First visits, each by a device of its own; and, by plain http, a second one of each. */
async function participants(browser: Browser, scheme: "http" | "https", target: number): Promise<void> {
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
      // A browser keeps nothing for a certificate that nobody has signed.
      await shellIsKept(page, "index");
      await page.close();
      again.push(await secondVisit(context, address, slowdown));
    }
    await context.close();
    link.close();
  }
  const of = (read: (visit: Visit) => number) => inSeconds(median(visits.map(read)));
  console.log(
    `${scheme.padEnd(5)} first paint ${of(({ firstPaintMs }) => firstPaintMs)}, usable ${of(({ usableMs }) => usableMs)}, ` +
      `joined ${of(({ joinedMs, usableMs }) => joinedMs - usableMs)} after that, ${(median(bytes) / 1000).toFixed(1)} KB down until joined` +
      (again.length === 0 ? "" : `; second visit painted after ${inSeconds(median(again))}`),
  );
}

/** Second visits of the host's page, by one host: a link for hosts is good once. */
async function host(browser: Browser, target: number, code: string): Promise<void> {
  const link = await SlowLink.start(target, slow3g);
  const context = await browser.newContext();
  const address = `http://127.0.0.1:${link.port}/host`;
  const page = await slowPage(context, slowdown);
  await page.goto(`${address}#code=${code}`);
  await shellIsKept(page, "host");
  await page.close();
  const painted: number[] = [];
  for (let run = 0; run < runs; run += 1) painted.push(await secondVisit(context, address, slowdown));
  console.log(`host  second visit painted after ${inSeconds(median(painted))}`);
  await context.close();
  link.close();
}

await buildPages();
const server = await startServer({ MAX_PARTICIPANTS: "1000" });
const code = await until("a host's link", () => /\/host#code=([\w.-]+)/.exec(server.output())?.[1]);
const crowd = await Promise.all(
  Array.from({ length: people }, () => Phone.join(server.url, identity(eventId))),
);
const tls = await withTls(server.port);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--ignore-certificate-errors"],
});
const load = () => `load ${loadavg()[0]?.toFixed(1)}`;
console.log(
  `${slow3g.bytesPerSecond / 1000} KB/s, ${slow3g.roundTripMs} ms round trip, processor ${slowdown} times slower, event of ${people}; ` +
    `median of ${runs}; ${load()} before`,
);
await participants(browser, "http", server.port);
await participants(browser, "https", tls.port);
await host(browser, server.port, code);
console.log(`${load()} after`);
await browser.close();
for (const phone of crowd) phone.drop();
tls.close();
await server.kill();
