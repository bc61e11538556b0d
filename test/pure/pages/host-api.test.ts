// What the host's page makes of answers: the server's own, and those of anybody on the way.
import { expect } from "chai";
import { HostApiError, listEvents, sessionFor } from "../../../src/pages/host/host-api.ts";

describe("pages: the host's HTTP", () => {
  const kept = ["fetch", "location"].map(
    (name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const,
  );
  let answer: { status: number; body: string };
  before(() => {
    const fetched = async () => new Response(answer.body, { status: answer.status });
    Object.defineProperty(globalThis, "fetch", { value: fetched, configurable: true });
    const location = { href: "http://a.server/host" };
    Object.defineProperty(globalThis, "location", { value: location, configurable: true });
  });
  after(() => {
    for (const [name, descriptor] of kept) {
      Reflect.deleteProperty(globalThis, name);
      if (descriptor !== undefined) Object.defineProperty(globalThis, name, descriptor);
    }
  });

  const failure = async (ask: Promise<unknown>): Promise<HostApiError> => {
    const error = await ask.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error instanceof HostApiError) return error;
    throw new Error(`not a refusal: ${String(error)}`);
  };

  it("[C29] a refusal of the server's is one", async () => {
    answer = { status: 401, body: '{"code":401,"error":"This link was used","reason":"bad_token"}' };
    for (const ask of [listEvents("t"), sessionFor("c")])
      expect(await failure(ask)).to.include({ status: 401, message: "This link was used" });
  });

  it("[C29] whatever anybody else says is no answer", async () => {
    for (const [status, body] of [
      [401, '{"message":"Unauthorized"}'],
      [403, '{"code":403,"error":"Blocked"}'],
      [403, '{"code":403,"error":"Blocked","reason":"policy"}'],
      [401, "<h1>Sign in</h1>"],
      [200, "<h1>Sign in</h1>"],
      [200, "{}"],
      [200, "null"],
      [502, ""],
    ] as const) {
      answer = { status, body };
      for (const ask of [listEvents("t"), sessionFor("c")])
        expect(await failure(ask), `${status} ${body}`).to.include({
          status: 0,
          message: "The server cannot be reached.",
        });
    }
  });
});
