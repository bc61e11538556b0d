// The sessions of a page's providers: one for all that are in the same event as the same device, let go of one turn after the last.
import { expect } from "chai";
import { FakeStorage } from "../../../harness/clients/fakes/fake-environment.ts";
import { until } from "../../../harness/wait.ts";
import { EventHandle } from "../../../src/react/event-handle.ts";
import { acquire, registry, release } from "../../../src/react/registry.ts";
import { shallowEqual } from "../../../src/react/shallow-equal.ts";

/** Nobody answers there. */
const url = "http://127.0.0.1:9";
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

describe("providers' sessions", () => {
  afterEach(() => {
    for (const { session } of registry().opened) session.close();
    registry().opened.clear();
  });

  it("[V5] are one for the same (url, event, device), and closed one turn after the last provider has gone", async () => {
    const options = { url, eventId: "e", deviceId: "d", storage: new FakeStorage() };
    const [one, other] = [acquire(options), acquire({ ...options, displayName: "Ann" })];
    expect(one.session).to.equal(other.session);
    release(one);
    await turn();
    expect(one.session.status).to.equal("connecting");
    release(other);
    expect(acquire(options).session, "in the same turn").to.equal(one.session);
    await turn();
    expect(one.session.status).to.equal("connecting");
    release(one);
    await until("the end", () => one.session.state.endReason === "closed");
    expect(registry().opened.size).to.equal(0);
  });

  it("[V6] are others for another event, device, role, server or storage", () => {
    const options = { url, eventId: "e", deviceId: "d", storage: new FakeStorage() };
    const others = [
      { ...options, eventId: "f" },
      { ...options, deviceId: "f" },
      { ...options, role: "observer" } as const,
      { ...options, url: "http://127.0.0.1:10" },
      { ...options, storage: new FakeStorage() },
    ];
    const sessions = [options, ...others].map((each) => acquire(each).session);
    expect(new Set(sessions).size).to.equal(6);
  });

  it("[V6] that are over are not gone on with by who comes next", async () => {
    const options = { url, eventId: "e", deviceId: "d", storage: new FakeStorage() };
    const ended = acquire(options);
    void ended.session.leave();
    release(ended);
    const next = acquire(options);
    expect(next.session).not.to.equal(ended.session);
    await turn();
    expect(next.session.status).to.equal("connecting");
    expect([...registry().opened].map(({ session }) => session)).to.deep.equal([next.session]);
  });

  it("[V6] ask for a proof by the function that was rendered last", async () => {
    const asked: string[] = [];
    const options = { url, eventId: "e", deviceId: "d", storage: new FakeStorage() };
    const tokenOf = (name: string) => () => {
      asked.push(name);
      return name;
    };
    const handle = new EventHandle(undefined);
    handle.open({ ...options, sessionToken: tokenOf("first") });
    await until("the first join", () => asked.length === 1);
    handle.update({ ...options, sessionToken: tokenOf("second") });
    await until("the second join", () => asked.length === 2);
    expect(asked).to.deep.equal(["first", "second"]);
    handle.close();
  });

  it("[V14] take what was published before they were open", async () => {
    const handle = new EventHandle(undefined);
    const ended = handle.publish("say", 1).catch((error: { reason?: string }) => error.reason);
    handle.open({ url, eventId: "e", deviceId: "d", storage: new FakeStorage() });
    await until("it waits", () => handle.session?.pendingPublishes === 1);
    handle.session?.close();
    expect(await ended).to.equal("closed");
    handle.close();
  });
});

describe("shallow equality", () => {
  it("[V9] looks at the items of arrays, maps and plain objects, and no further", () => {
    const item = {};
    const same: [unknown, unknown][] = [
      [Number.NaN, Number.NaN],
      [
        [1, item],
        [1, item],
      ],
      [{ a: item }, { a: item }],
      [new Map([["a", item]]), new Map([["a", item]])],
      [[], []],
    ];
    const others: [unknown, unknown][] = [
      [0, -0],
      [[1], [1, 2]],
      [[{}], [{}]],
      [{ a: 1 }, { b: 1 }],
      [{ a: 1 }, { a: 1, b: 1 }],
      [new Map([["a", 1]]), new Map([["b", 1]])],
      [[], {}],
      [new Date(0), new Date(0)],
      [null, undefined],
      [{ a: undefined }, { b: undefined }],
    ];
    for (const [one, other] of same) expect(shallowEqual(one, other), String(one)).to.equal(true);
    for (const [one, other] of others) expect(shallowEqual(one, other), String(one)).to.equal(false);
  });
});
