// The pages over HTTP: what is served, what caches may keep, and the policy that lets nothing in from elsewhere.
import { mkdtemp, mkdir, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { expect } from "chai";
import express, { type ErrorRequestHandler } from "express";
import { pages } from "../../../src/ops/pages/page-routes.ts";
import { buildIfChanged } from "../../../scripts/build-pages.ts";
import { precompress } from "../../../scripts/precompress.ts";
import { ask, type HttpAnswer } from "../../../harness/clients/http.ts";

describe("pages: serving", () => {
  let folder = "";
  let server: Server;
  let url = "";

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "holdfast-pages-"));
    const app = express().use(pages(folder));
    app.use((_request, response) => void response.status(404).json({ code: 404 }));
    app.use(((_error, _request, response, _next) => {
      response.status(400).json({ code: 400 });
    }) satisfies ErrorRequestHandler);
    server = createServer(app).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(async () => {
    server.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("says how to build pages that are not built, and finds them as soon as they are", async () => {
    for (const path of ["/", "/host"]) {
      const { status, text, headers } = await ask(url, path);
      expect([status, headers["cache-control"]], path).to.deep.equal([200, "no-store"]);
      expect(text)
        .to.match(/^<!doctype html>/)
        .and.contain("npm run build:pages");
    }
    await mkdir(join(folder, "assets"));
    await writeFile(join(folder, "index.en.html"), "<!doctype html>the page");
    await writeFile(join(folder, "host.en.html"), "<!doctype html>the dashboard");
    await writeFile(join(folder, "index.de.html"), "<!doctype html>die Seite");
    const inline = { styles: ["c3R5bGU="], scripts: ["c2NyaXB0"] };
    await writeFile(
      join(folder, "pages.json"),
      JSON.stringify({ languages: ["en", "de", "ar"], current: { inline } }),
    );
    await writeFile(join(folder, "assets", "app-1234.js"), "export {};");
    await writeFile(join(folder, ".secret"), "no");
    expect((await ask(url, "/?event=x")).text).to.equal("<!doctype html>the page");
    expect((await ask(url, "/host?event=x")).text).to.equal("<!doctype html>the dashboard");
  });

  it("[B53] lets nothing in from elsewhere, and of what stands in the HTML only what the build has put there: policy, no sniffing, no referrer, on every document", async () => {
    await writeFile(join(folder, "assets", "index.en-1234.html"), "<!doctype html>a copy");
    const script = await ask(url, "/assets/app-1234.js");
    expect(script.headers).to.include({ "x-content-type-options": "nosniff" });
    for (const path of ["/", "/host", "/assets/index.en-1234.html"]) {
      const { status, headers } = await ask(url, path);
      expect(status, path).to.equal(200);
      expect(headers["content-security-policy"]).to.match(/^default-src 'self'; .*frame-ancestors 'none'/);
      expect(headers["content-security-policy"])
        .to.contain("; style-src 'self' 'sha256-c3R5bGU='; script-src 'self' 'sha256-c2NyaXB0'; ")
        .and.not.contain("unsafe");
      expect(headers).to.include({ "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" });
    }
  });

  it("[B60] assets may be kept for ever, pages and the worker are asked for again; the rest is passed on", async () => {
    expect((await ask(url, "/assets/app-1234.js")).headers["cache-control"]).to.equal(
      "public, max-age=31536000, immutable",
    );
    await writeFile(join(folder, "holdfast-worker.js"), "// the worker");
    for (const path of ["/", "/host", "/holdfast-worker.js"])
      expect((await ask(url, path)).headers["cache-control"]).to.equal("no-cache");
    for (const path of [
      "/assets/",
      "/assets/none.js",
      "/.secret",
      "/..%2fpackage.json",
      "/%",
      "/host/events",
    ])
      expect((await ask(url, path)).status, path).to.equal(404);
    const slash = await ask(url, "/host/");
    expect([slash.status, slash.headers.location]).to.deep.equal([308, "../host"]);
    expect((await ask(url, "/", { method: "POST" })).status).to.equal(404);
  });

  for (const [path, accepted, language] of [
    ["/", undefined, "en"],
    ["/", "de-AT,de;q=0.9,en;q=0.8", "de"],
    ["/", "fr, en;q=0.5, de;q=0.7", "de"],
    ["/", "fr", "en"],
    ["/", "*", "en"],
    ["/", ";;q=x,,", "en"],
    ["/?lang=de", "en", "de"],
    ["/?event=x&lang=de", undefined, "de"],
    ["/?lang=xx", "de", "de"],
    ["/?lang=../host", undefined, "en"],
  ] as const)
    it(`[B50] ${path} with "Accept-Language: ${accepted ?? "(none)"}" is answered in ${language}`, async () => {
      const headers = accepted === undefined ? {} : { "accept-language": accepted };
      const { status, text, headers: answer } = await ask(url, path, { headers });
      expect([status, text]).to.deep.equal([
        200,
        `<!doctype html>${language === "de" ? "die Seite" : "the page"}`,
      ]);
      expect(answer.vary).to.match(/accept-language/i);
    });

  it("[B50] a page in another language is another page to a cache, however alike the two files are", async () => {
    await writeFile(join(folder, "index.de.html"), "<!doctype html>THE PAGE");
    const at = new Date();
    for (const file of ["index.en.html", "index.de.html"]) await utimes(join(folder, file), at, at);
    const tag = async (language: string) =>
      (await ask(url, "/", { headers: { "accept-language": language } })).headers.etag as string;
    expect(await tag("de")).to.not.equal(await tag("en"));
    const again = { "accept-language": "de", "if-none-match": await tag("de") };
    expect((await ask(url, "/", { headers: again })).status).to.equal(304);
    const other = { "accept-language": "de", "if-none-match": await tag("en") };
    expect((await ask(url, "/", { headers: other })).status).to.equal(200);
  });

  describe("compressed", () => {
    /** Of each file its own bytes, so that it is told apart: what the copies hold need not be compressed for it. */
    const variants = { "": "plain text, the longest of the three", ".gz": "gzipped text", ".br": "brotli" };
    const encodings: Record<string, string> = { identity: "", gzip: ".gz", br: ".br" };
    const files = ["index.en.html", "host.en.html", "assets/app-1234.js"];
    const paths = ["/", "/host?event=x", "/assets/app-1234.js"];

    before(async () => {
      for (const file of files)
        for (const [ending, text] of Object.entries(variants))
          await writeFile(join(folder, file + ending), text);
      await writeFile(join(folder, "assets", "font.woff2"), "font");
      await writeFile(join(folder, "assets", "only.css"), "a stylesheet");
      await writeFile(join(folder, "assets", "only.css.gz"), "gz");
    });
    const accepting = (path: string, encoding: string | undefined, headers: Record<string, string> = {}) =>
      ask(url, path, {
        headers: encoding === undefined ? headers : { "accept-encoding": encoding, ...headers },
      });
    /** The answer is whole and in this encoding, with the type of the file itself. */
    const expectIn = (encoding: string, { status, headers, text }: HttpAnswer, path: string) => {
      expect([status, text], path).to.deep.equal([200, variants[encodings[encoding] as ""]]);
      expect(headers["content-encoding"] ?? "identity", path).to.equal(encoding);
      expect(headers.vary, path).to.match(/accept-encoding/i);
      expect(headers["content-type"], path).to.match(
        path.endsWith(".js") ? /^text\/javascript/ : /^text\/html/,
      );
      expect(Number(headers["content-length"]), path).to.equal(text.length);
      if (!path.endsWith(".js"))
        expect(headers["content-security-policy"], path).to.match(/^default-src 'self'/);
    };

    for (const [accepted, encoding] of [
      [undefined, "identity"],
      ["", "identity"],
      ["gzip, deflate, br, zstd", "br"], // browsers
      ["gzip, deflate", "gzip"],
      ["BR", "br"],
      ["gzip;q=1.0, br;q=0.5", "gzip"],
      ["br;q=0, gzip", "gzip"],
      ["br;q=0, *", "gzip"],
      ["*", "br"],
      ["gzip;q=0, br;q=0", "identity"],
      ["identity, br;q=0.5, gzip;q=0.5", "identity"],
      ["br;q=0.2, identity;q=0.1", "br"],
      ["deflate, zstd", "identity"],
      ["brotli, gzipped", "identity"],
      ["*;q=0", "identity"], // it has to be something
      ["identity;q=0", "identity"],
      [";;q=x,,", "identity"],
    ] as const)
      it(`[W14] "Accept-Encoding: ${accepted ?? "(none)"}" is answered in ${encoding}`, async () => {
        for (const path of paths) expectIn(encoding, await accepting(path, accepted), path);
      });

    it("[W14] HEAD has the headers of GET and no body; each encoding has its own ETag, and 304 keeps Vary", async () => {
      for (const path of paths) {
        const tags = new Set<string>();
        for (const encoding of Object.keys(encodings)) {
          const get = await accepting(path, encoding);
          const head = await ask(url, path, { method: "HEAD", headers: { "accept-encoding": encoding } });
          const { date: _date, ...headers } = get.headers;
          expect(head.headers).to.deep.include(headers);
          expect(head.text).to.equal("");
          const etag = get.headers.etag as string;
          tags.add(etag);
          const same = await accepting(path, encoding, { "if-none-match": etag });
          expect([same.status, same.text, same.headers.etag]).to.deep.equal([304, "", etag]);
          expect(same.headers.vary).to.match(/accept-encoding/i);
          expect(same.headers).to.include({ "cache-control": get.headers["cache-control"] });
          const other = await accepting(path, encoding === "br" ? "gzip" : "br", { "if-none-match": etag });
          expect(other.status).to.equal(200);
        }
        expect(tags.size, path).to.equal(3);
      }
    });

    it("[W14] a file without a copy comes as it is; a copy is no file of its own; nothing is left of one that failed", async () => {
      const font = await accepting("/assets/font.woff2", "br, gzip");
      expect([font.status, font.text, font.headers["content-encoding"]]).to.deep.equal([
        200,
        "font",
        undefined,
      ]);
      expect(font.headers["content-type"]).to.equal("font/woff2");
      const css = await accepting("/assets/only.css", "br, gzip");
      expect([css.text, css.headers["content-type"]]).to.deep.equal([
        "a stylesheet",
        "text/css; charset=utf-8",
      ]);
      for (const path of [
        "/index.en.html.br",
        "/assets/app-1234.js.gz",
        "/assets/none.js",
        "/assets/",
        "/%",
        "/.br",
      ]) {
        const { status, headers } = await accepting(path, "br");
        expect([status, headers["content-encoding"]], path).to.deep.equal([404, undefined]);
      }
      const stale = await accepting("/assets/app-1234.js", "br", { "if-match": '"another"' });
      expect(stale.headers).to.not.have.property("content-encoding");
      const part = await accepting("/assets/app-1234.js", "br", { range: "bytes=2-3" });
      expectIn("br", part, "/assets/app-1234.js");
      const plainPart = await accepting("/assets/app-1234.js", "identity", { range: "bytes=0-4" });
      expect([plainPart.status, plainPart.text]).to.deep.equal([206, "plain"]);
    });

    it("[W14] the build leaves a smaller copy of each text, in both encodings, and of nothing else", async () => {
      const built = join(folder, "built");
      await mkdir(built);
      const text = "export const all = 'the same words, ' + 'the same words, the same words';\n".repeat(50);
      for (const name of ["page.html", "app.js", "styles.css", "icon.svg", "font.woff2", "photo.png"])
        await writeFile(join(built, name), text);
      await writeFile(join(built, "tiny.js"), "1");
      expect(await precompress(built)).to.equal(5);
      const names = (await readdir(built)).toSorted();
      const texts = ["app.js", "icon.svg", "page.html", "styles.css"];
      const others = ["font.woff2", "photo.png", "tiny.js"];
      expect(names).to.deep.equal(
        [...texts.flatMap((name) => [name, `${name}.br`, `${name}.gz`]), ...others].toSorted(),
      );
      for (const name of texts) {
        const [br, gz] = [
          await readFile(join(built, `${name}.br`)),
          await readFile(join(built, `${name}.gz`)),
        ];
        expect([brotliDecompressSync(br).toString(), gunzipSync(gz).toString()]).to.deep.equal([text, text]);
        expect(Math.max(br.length, gz.length)).to.be.lessThan(text.length / 4);
      }
    });
  });
});

describe("pages: building", () => {
  let root = "";
  let builds = 0;
  const put = async (name: string, text: string) => {
    await mkdir(join(root, name, ".."), { recursive: true });
    await writeFile(join(root, name), text);
  };
  const build = async () => {
    await rm(join(root, "dist/pages"), { recursive: true, force: true }); // as Vite does
    await put("dist/pages/assets/app-1.js", `build ${++builds}`);
    await put("dist/pages/index.html", "page");
  };
  const isBuilt = () => buildIfChanged(root, build);

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "holdfast-build-"));
    for (const name of ["src/pages/index.html", "src/pages/core/countdown.ts", "src/client/index.ts"])
      await put(name, name);
    await put("package-lock.json", "{}");
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it("[W15] builds once, and again only when what goes in has changed, been added or removed", async () => {
    expect([await isBuilt(), await isBuilt()]).to.deep.equal([true, false]);
    for (const name of [
      "src/pages/core/countdown.ts",
      "src/client/index.ts",
      "package-lock.json",
      "src/pages/new.css",
    ]) {
      await put(name, "changed");
      expect([await isBuilt(), await isBuilt()], name).to.deep.equal([true, false]);
    }
    await rm(join(root, "src/pages/new.css"));
    expect([await isBuilt(), await isBuilt()]).to.deep.equal([true, false]);
    await put("src/rooms/room.ts", "not of the pages");
    const now = new Date();
    await utimes(join(root, "src/pages/index.html"), now, now); // a checkout's doing
    expect(await isBuilt()).to.equal(false);
  });

  it("[W15] builds again when what came out is not whole, or the last build failed", async () => {
    await isBuilt();
    await rm(join(root, "dist/pages/assets/app-1.js"));
    expect([await isBuilt(), await isBuilt()]).to.deep.equal([true, false]);
    await put("src/pages/index.html", "a mistake");
    const failing = buildIfChanged(root, async () => {
      await build();
      throw new Error("a mistake");
    });
    expect(await failing.catch((error: Error) => error.message)).to.equal("a mistake");
    expect([await isBuilt(), await isBuilt()]).to.deep.equal([true, false]);
  });

  it("[W15] npm start and npm run demo ask, and do not build without being asked", async () => {
    const { scripts } = JSON.parse(await readFile("package.json", "utf8")) as {
      scripts: Record<string, string>;
    };
    for (const name of ["prestart", "predemo", "build:pages"])
      expect(scripts[name], name).to.match(/^node .*scripts\/build-pages\.ts$/);
  });
});
