// The pages' service worker, by its rules, in a scope without a browser.
import { expect } from "chai";
import { FakeWorkerScope, integrityOf } from "../../../harness/pages/fake-worker-scope.ts";
import { workerPath } from "../../../src/ops/pages/no-pages.ts";
import type { Manifest } from "../../../src/pages/shell/worker/manifest.ts";
import { workerFile } from "../../../src/pages/shell/worker/names.ts";
import type { WorkerClient } from "../../../src/pages/shell/worker/scope.ts";
import { ShellWorker } from "../../../src/pages/shell/worker/shell-worker.ts";

const scope = "https://events.example/";

/** A build, served at the scope: two pages in two languages, of three files each. */
async function release(build: string, at: FakeWorkerScope): Promise<Manifest> {
  const hashes: Record<string, string> = {};
  const sets: Record<string, Record<string, string[]>> = {};
  for (const page of ["index", "host"])
    for (const language of ["en", "de"]) {
      const files = [
        `assets/${page}.${language}-${build}.html`,
        `assets/${page}-${build}.js`,
        "assets/font.woff2",
      ];
      (sets[page] ??= {})[language] = files;
      for (const file of files) {
        const text = file.includes("font") ? "font" : `${file}!`;
        at.served.set(scope + file, text);
        hashes[file] = (await integrityOf(text)).replace("sha256-", "");
      }
    }
  return { build, hashes, sets };
}

async function worker(at: FakeWorkerScope, build = "one"): Promise<FakeWorkerScope> {
  new ShellWorker(at, await release(build, at)).listen();
  return at;
}

const keep = (page: string, language: string) => ({ type: "keep", page, language });

/** A page that is open, and answers. */
const page = (isInEvent: boolean | undefined, url = scope): WorkerClient => ({
  url,
  postMessage: (_message, [port]) => {
    if (isInEvent !== undefined) (port as MessagePort).postMessage(isInEvent, []);
    else (port as MessagePort).close();
  },
});

describe("the pages' service worker", () => {
  it("[B61] has the address at which a server without pages takes it away", () => {
    expect(workerPath).to.equal(`/${workerFile}`);
  });

  it("[B56] answers the two pages and their own files, and leaves everything else alone", async () => {
    const at = await worker(new FakeWorkerScope());
    await at.dispatch("message", keep("index", "en"));
    at.fetched.length = 0;
    for (const path of ["/", "/?event=K7Q4XM", "/?event=x&lang=en"])
      expect(await at.ask(path), path).to.equal("assets/index.en-one.html!");
    expect(await at.ask("/assets/index-one.js", { mode: "cors" })).to.equal("assets/index-one.js!");
    expect(at.fetched).to.deep.equal([]);
    for (const path of [
      "/host/events",
      "/host/",
      "/api/v1/events",
      "/matchmake/joinOrCreate/event",
      "/demo",
      "/index.html",
      "/somebody/elses",
      "https://elsewhere.example/",
    ])
      expect(await at.ask(path), path).to.equal(undefined);
    expect(await at.ask("/", { method: "POST" })).to.equal(undefined);
    expect(await at.ask("/", { mode: "cors" }), "no navigation").to.equal(undefined);
  });

  it("[B59] a page that was there before its worker is the worker's as soon as its shell is kept", async () => {
    const at = await worker(new FakeWorkerScope());
    expect(at.claims).to.equal(0);
    await at.dispatch("message", keep("index", "en"));
    expect(at.claims).to.equal(1);
  });

  it("[B56] what is not kept comes from the server, and is not kept by that", async () => {
    const at = await worker(new FakeWorkerScope());
    at.served.set(`${scope}host`, "from the server");
    at.served.set(`${scope}?lang=de`, "vom Server");
    at.served.set(`${scope}assets/other.js`, "other");
    await at.dispatch("message", keep("index", "en"));
    const before = at.kept;
    expect(await at.ask("/host")).to.equal("from the server");
    expect(await at.ask("/?lang=de"), "another language").to.equal("vom Server");
    expect(await at.ask("/assets/other.js", { mode: "cors" })).to.equal("other");
    at.served.delete(`${scope}?lang=de`);
    expect(await at.ask("/?lang=de"), "no network: rather another language").to.equal(
      "assets/index.en-one.html!",
    );
    expect(at.kept).to.deep.equal(before);
  });

  it("[B57] a shell is kept whole, once, with the HTML last", async () => {
    const at = await worker(new FakeWorkerScope());
    await at.dispatch("message", keep("index", "de"));
    await at.dispatch("message", keep("index", "de"));
    expect(at.kept).to.deep.equal({
      "holdfast-shell / one index de": [
        "assets/font.woff2",
        "assets/index-one.js",
        "assets/index.de-one.html",
      ],
    });
    expect(at.fetched).to.have.length(3);
    expect([...(at.stored.values().next().value?.files.keys() ?? [])].at(-1)).to.match(/\.html$/);
  });

  for (const [what, spoil] of [
    ["is not there", (at) => at.served.delete(`${scope}assets/index-one.js`)],
    [
      "is a captive portal's",
      (at) => at.served.set(`${scope}assets/index-one.js`, "<h1>Accept our terms</h1>"),
    ],
    ["finds no room", (at) => (at.refuses = (address) => address.endsWith(".js"))],
  ] as const satisfies [string, (at: FakeWorkerScope) => unknown][])
    it(`[B57] where one file ${what}, nothing of the shell is kept`, async () => {
      const at = await worker(new FakeWorkerScope());
      spoil(at);
      await at.dispatch("message", keep("index", "en"));
      expect(at.kept).to.deep.equal({});
    });

  it("[B175] a page that comes from the shell may be kept by no cache of the browser's own, and has its content policy", async () => {
    const at = await worker(new FakeWorkerScope());
    await at.dispatch("message", keep("index", "en"));
    const { headers } = (await at.answerTo("/?event=K7Q4XM")) as Response;
    expect(headers.get("cache-control")).to.equal("no-cache");
    expect(headers.get("content-security-policy")).to.equal("default-src 'self'");
    expect(headers.get("content-encoding"), "what is kept is text").to.equal(null);
    const script = (await at.answerTo("/assets/index-one.js", { mode: "cors" })) as Response;
    expect(script.headers.get("cache-control")).to.match(/immutable/);
  });

  it("[B57] what an interrupted one has left is not taken for a shell", async () => {
    const at = await worker(new FakeWorkerScope());
    const left = await at.caches.open("holdfast-shell / one index en");
    await left.put(`${scope}assets/index-one.js`, new Response("half"));
    at.served.set(scope, "from the server");
    expect(await at.ask("/")).to.equal("from the server");
    await at.dispatch("message", keep("index", "en"));
    expect(await at.ask("/")).to.equal("assets/index.en-one.html!");
  });

  it("[B57] whatever else a page says, nothing is kept", async () => {
    const at = await worker(new FakeWorkerScope());
    for (const data of [
      null,
      "keep",
      7,
      {},
      keep("index", "xx"),
      keep("../host", "en"),
      { type: "keep", page: 1 },
      keep("__proto__", "toString"),
    ])
      await at.dispatch("message", data);
    expect(at.kept).to.deep.equal({});
  });

  it("[B58] a new one keeps what the old one has kept, takes over when no page is in an event, and then forgets the old", async () => {
    const at = await worker(new FakeWorkerScope());
    await at.dispatch("message", keep("index", "de"));
    await worker(at, "two");
    at.open = [page(false), page(undefined, `${scope}somebody/elses`)];
    await at.dispatch("install");
    expect(Object.keys(at.kept)).to.deep.equal([
      "holdfast-shell / one index de",
      "holdfast-shell / two index de",
    ]);
    expect(at.takeovers).to.equal(1);
    await at.dispatch("activate");
    expect(Object.keys(at.kept)).to.deep.equal(["holdfast-shell / two index de"]);
    expect(await at.ask("/")).to.equal("assets/index.de-two.html!");
  });

  it("[B58] it waits while any page is in an event, or does not answer; and is asked again", async () => {
    const at = await worker(new FakeWorkerScope(), "two");
    for (const open of [[page(true)], [page(false), page(true, `${scope}host?event=x`)], [page(undefined)]]) {
      at.open = open;
      await at.dispatch("install");
      await at.dispatch("message", { type: "take_over" });
    }
    expect(at.takeovers).to.equal(0);
    at.open = [page(false)];
    await at.dispatch("message", { type: "take_over" });
    expect(at.takeovers).to.equal(1);
  });

  it("[B58] a new one that cannot have all of its files is not installed, and the old shell stays", async () => {
    const at = await worker(new FakeWorkerScope());
    await at.dispatch("message", keep("index", "en"));
    await at.dispatch("message", keep("host", "en"));
    const before = at.kept;
    await worker(at, "two");
    at.served.delete(`${scope}assets/host-two.js`);
    const failure = await at.dispatch("install").then(
      () => undefined,
      (error: Error) => error,
    );
    expect(failure).to.be.instanceOf(TypeError);
    expect(at.takeovers).to.equal(0);
    expect(at.kept).to.deep.equal(before);
  });
});
