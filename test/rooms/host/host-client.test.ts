// The typed client for hosts, against servers that answer as ours does, as anybody else on the way does, or not at all.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text as textOf } from "node:stream/consumers";
import { expect } from "chai";
import { codeOfLink, HostClient, HostError } from "../../../src/host/index.ts";

interface Asked {
  readonly call: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

/** A server that notes what it is asked, and answers as it is told. */
class FakeServer {
  readonly asked: Asked[] = [];
  readonly #answer: (call: string, response: ServerResponse) => void;
  readonly #server: Server;

  constructor(answer: (call: string, response: ServerResponse) => void) {
    this.#answer = answer;
    this.#server = createServer((request, response) => void this.#take(request, response));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await textOf(request);
    const call = `${request.method} ${request.url}`;
    const { authorization } = request.headers;
    this.asked.push({ call, authorization, body: body === "" ? undefined : JSON.parse(body) });
    this.#answer(call, response);
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const json =
  (status: number, body: unknown) =>
  (_call: string, response: ServerResponse): void =>
    void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

async function against(
  answer: (call: string, response: ServerResponse) => void,
  use: (host: HostClient, server: FakeServer, url: string) => Promise<void>,
): Promise<void> {
  const server = new FakeServer(answer);
  const url = await server.listen();
  try {
    await use(new HostClient({ url: `${url}/live/`, timeoutMs: 2000 }), server, url);
  } finally {
    await server.close();
  }
}

const failed = (asking: Promise<unknown>): Promise<HostError> =>
  asking.then(
    () => expect.fail("it was answered"),
    (error: unknown) => {
      expect(error).to.be.instanceOf(HostError);
      return error as HostError;
    },
  );

const everything = {
  host_token: "the token",
  event_id: "*",
  code: "once",
  expires_at: 1,
  server_time: 2,
  events: [],
  event: { event_id: "K7Q4XM" },
  done: true,
  protocol_version: 3,
};

describe("the client for hosts", () => {
  it("[W90] has one method for each route, and asks with its token", async () => {
    await against(json(200, everything), async (host, { asked }) => {
      await host.server();
      expect(await host.signIn("abc")).to.deep.include({ host_token: "the token", event_id: "*" });
      expect(host.token).to.equal("the token");
      await host.invite({ event_id: "a/b" });
      expect((await host.events()).events).to.deep.equal([]);
      expect(await host.create({ title: "Quiz" })).to.deep.equal({ event_id: "K7Q4XM" });
      expect(await host.event("a/b ü")).to.deep.equal({ event_id: "K7Q4XM" });
      await host.change("e", { is_locked: true });
      expect(await host.act("e", { action: "kick", device_ids: ["ann"] })).to.deep.include({ done: true });
      await host.close("e");
      const calls = asked.map(({ call, body }) => [call.replace("/live/api/v1", ""), body]);
      expect(calls).to.deep.equal([
        ["GET /server", undefined],
        ["POST /session", { code: "abc" }],
        ["POST /invitations", { event_id: "a/b" }],
        ["GET /events", undefined],
        ["POST /events", { title: "Quiz" }],
        ["GET /events/a%2Fb%20%C3%BC", undefined],
        ["PATCH /events/e", { is_locked: true }],
        ["POST /events/e/actions", { action: "kick", device_ids: ["ann"] }],
        ["DELETE /events/e", undefined],
      ]);
      const tokens = asked.map(({ authorization }) => authorization);
      expect(tokens.slice(0, 2)).to.deep.equal([undefined, undefined]);
      expect(new Set(tokens.slice(2))).to.deep.equal(new Set(["Bearer the token"]));
    });
  });

  it("[W90] takes a server by any of its addresses, and says so of what is none", () => {
    for (const url of ["http://a", "https://a/b/?x#y", "ws://a", "wss://a:1/"])
      expect(() => new HostClient({ url }), url).to.not.throw();
    for (const url of ["", "a", "ftp://a", "http://"])
      expect(() => new HostClient({ url }), url).to.throw(TypeError, "HostClient: ");
  });

  it("[W91] a refusal is the server's: code, reason, sentence, and when to ask again", async () => {
    const refusal = { code: 503, error: "Not now", reason: "suspended", retry_after_ms: 1500 };
    await against(json(503, refusal), async (host) => {
      const { code, reason, sentence, message, retryAfterMs } = await failed(host.events());
      expect({ code, reason, retryAfterMs }).to.deep.equal({
        code: 503,
        reason: "suspended",
        retryAfterMs: 1500,
      });
      expect([sentence, message]).to.deep.equal(["Not now", "Not now"]);
    });
    await against(json(401, { code: 401, error: "No", reason: "bad_token" }), async (host) => {
      const { code, reason, retryAfterMs } = await failed(host.signIn("spent"));
      expect({ code, reason, retryAfterMs }).to.deep.equal({
        code: 401,
        reason: "bad_token",
        retryAfterMs: undefined,
      });
      expect(host.token).to.equal(undefined);
    });
  });

  it("[W91] what a captive portal or a gateway answers is no answer of the server's", async () => {
    const page = (status: number) => (_call: string, response: ServerResponse) =>
      void response.writeHead(status, { "content-type": "text/html" }).end("<h1>Welcome to our Wi-Fi</h1>");
    const answers = [
      page(200),
      page(401),
      page(502),
      json(200, { login: true }),
      json(200, null),
      json(200, []),
      json(401, { error: "Please sign in" }),
      json(403, { code: 401, error: "No", reason: "bad_token" }),
      json(401, { code: 401, error: "No", reason: "pay_first" }),
      (_call: string, response: ServerResponse) => void response.socket?.destroy(),
      (_call: string, response: ServerResponse) => void response.writeHead(200).write('{"events":['),
    ];
    for (const answer of answers)
      await against(answer, async (_, __, url) => {
        const { code, reason, sentence } = await failed(new HostClient({ url, timeoutMs: 300 }).events());
        expect({ code, reason }).to.deep.equal({ code: 0, reason: "unreachable" });
        expect(sentence).to.equal("The server cannot be reached.");
      });
  });

  it("[W91] nor is silence: it is waited for as long as is said", async () => {
    await against(
      () => {},
      async (_, { asked }, url) => {
        const { reason, cause } = await failed(new HostClient({ url, timeoutMs: 150 }).event("e"));
        expect(reason).to.equal("unreachable");
        expect((cause as Error).name).to.equal("TimeoutError");
        expect(asked).to.have.length(1);
      },
    );
  });

  it("[W92] finds the code in a host's link, wherever it comes from", () => {
    const link = "https://events.example.com/host?lang=de#code=abc.DEF-_1";
    expect(codeOfLink(link)).to.equal("abc.DEF-_1");
    expect(codeOfLink(new URL(link))).to.equal("abc.DEF-_1");
    expect(codeOfLink({ hash: "#x=1&code=abc" })).to.equal("abc");
    for (const none of [
      "",
      "https://a/host",
      "https://a/host?code=x",
      "https://a/host#",
      "https://a/host#code=",
    ])
      expect(codeOfLink(none), none).to.equal(undefined);
  });
});
