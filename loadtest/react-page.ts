// How long a React page of thousands of rows stands still: when one of them changes, and when hundreds drop at once. In Chromium, with React's
// production build and a real server; long tasks are what the browser itself calls so (over 50 ms).
//   npm run bench:react [-- --rows 5000] [-- --drops 300] [-- --rounds 5] [-- --react FOLDER]
import { resolve } from "node:path";
import { launch } from "../harness/browsers/browser.ts";
import { identity } from "../harness/clients/phone.ts";
import { RawClient } from "../harness/clients/raw-client.ts";
import { bundles, hooksSize } from "../harness/react/bundles.ts";
import { ReactPage } from "../harness/react/react-page.ts";
import { startServer } from "../harness/servers/server-process.ts";
import { until } from "../harness/wait.ts";
import { readCommandLine, text, whole } from "../src/command-line.ts";

const { values } = readCommandLine(
  {
    name: "npm run bench:react --",
    summary:
      "How long a React page of thousands of rows stands still when one changes, and when hundreds drop.",
    options: {
      rows: whole("Rows of the page", 5000, 1, 100_000),
      drops: whole("How many of them drop at once", 300, 1, 100_000),
      rounds: whole("How often each is measured", 5, 1, 1000),
      react: text("The folder whose node_modules hold React", "."),
    },
  },
  process,
);
const { rows, drops, rounds } = values;
const react = resolve(values.react);

const server = await startServer({}, "harness/react/quiz-server.ts");
const browser = await launch();
try {
  const built = await bundles(react, "production");
  const page = await ReactPage.open(await browser.newContext(), server.url, built);
  await page.page.evaluate(() => {
    const at = globalThis as unknown as { longTasks: number[] };
    at.longTasks = [];
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) at.longTasks.push(Math.round(duration));
    }).observe({ entryTypes: ["longtask"] });
  });
  await page.render({ eventId: "rows", deviceId: "d" });
  await page.shows("show", "live");

  const forget = () =>
    page.page.evaluate(() => void ((globalThis as unknown as { longTasks: number[] }).longTasks.length = 0));

  /** The long tasks since, in ms. */
  async function told(): Promise<string> {
    await page.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 200))); // the observer is told later
    const tasks = await page.page.evaluate(
      () => (globalThis as unknown as { longTasks: number[] }).longTasks,
    );
    return tasks.length === 0 ? "none" : `${tasks.join(", ")} ms`;
  }

  /** The long tasks of the page from a message to the server until it shows what came of it. */
  async function longTasks(type: string, payload: unknown, name: string, shown: string): Promise<string> {
    await forget();
    await page.send(type, payload);
    await until(
      () => shown,
      async () => (await page.text(name)) === shown || (await page.row(name)) === shown,
      60_000,
    );
    return told();
  }

  const all = rows + 1;
  console.log(`the hooks: ${await hooksSize()} bytes of gzip on top of the client`);
  // Every row at once is one: if this says none, nothing is measured.
  console.log(
    `long tasks when ${rows} rows come: ${await longTasks("crowd", rows, "counts", `0 of ${all} away`)}`,
  );
  for (let round = 1; round <= rounds; round++) {
    const one = await longTasks("score_of", ["crowd-7", round], "crowd-7", `Guest 7 connected ${round}`);
    const many = await longTasks("crowd_drops", drops, "counts", `${drops} of ${all} away`);
    console.log(`round ${round}: long tasks when one changes: ${one}; when ${drops} drop: ${many}`);
    await longTasks("crowd_returns", drops, "counts", `0 of ${all} away`);
  }
  // And with sockets of their own: with the announcements that everyone is sent about each.
  const guests = await Promise.all(
    Array.from({ length: drops }, () => RawClient.join(server.url, identity("rows"))),
  );
  await page.shows("counts", `0 of ${all + drops} away`, 60_000);
  await forget();
  for (const { socket } of guests) socket.terminate();
  await page.shows("counts", `${drops} of ${all + drops} away`, 60_000);
  console.log(`long tasks when ${drops} sockets are cut: ${await told()}`);
} finally {
  await browser.close();
  await server.kill();
}
