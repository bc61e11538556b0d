// The simulated bad network: what a page's sockets and requests meet in the dark, when it gets light, and when it is cut.
import { expect } from "chai";
import { BadNetwork, closeTimeoutMs, serverNoticesMs } from "../../../src/pages/network/bad-network.ts";
import { socketOver } from "../../../src/pages/network/socket.ts";

/** Virtual time: tasks run when `pass` reaches them. */
class Time {
  #now = 0;
  readonly #tasks = new Set<{ at: number; task: () => void }>();

  now() {
    return this.#now;
  }
  after(delayMs: number, task: () => void) {
    const entry = { at: this.#now + delayMs, task };
    this.#tasks.add(entry);
    return () => void this.#tasks.delete(entry);
  }
  pass(ms: number) {
    const end = this.#now + ms;
    for (;;) {
      const [next] = [...this.#tasks].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#tasks.delete(next);
      this.#now = next.at;
      next.task();
    }
    this.#now = end;
  }
}

/** The browser's own socket, played by the test: what it was told, and what the server says. */
class RealSocket extends EventTarget {
  static opened: RealSocket[] = [];
  readyState = 0;
  binaryType = "blob";
  sent: unknown[] = [];
  closedWith: unknown[] | undefined;
  readonly url: string;
  constructor(url: string) {
    super();
    this.url = url;
    RealSocket.opened.push(this);
  }
  send(data: unknown) {
    this.sent.push(data);
  }
  close(...args: unknown[]) {
    this.closedWith ??= args;
    this.readyState = 2;
  }
  opens() {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }
  says(data: string) {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }
  closes(code: number, reason = "") {
    this.readyState = 3;
    this.dispatchEvent(new CloseEvent("close", { code, reason, wasClean: true }));
  }
}

describe("pages: the simulated bad network", () => {
  let time: Time;
  let network: BadNetwork;
  let Socket: typeof WebSocket;
  beforeEach(() => {
    RealSocket.opened = [];
    time = new Time();
    network = new BadNetwork(time);
    Socket = socketOver(network, RealSocket as unknown as typeof WebSocket);
  });

  function open(isLight = true) {
    const socket = new Socket("ws://server/");
    const heard: string[] = [];
    // As the SDK listens: by properties.
    Object.assign(socket, {
      onopen: () => heard.push("open"),
      onmessage: ({ data }: MessageEvent) => heard.push(data),
    });
    socket.addEventListener("close", ({ code }) => heard.push(`close ${code}`));
    const real = RealSocket.opened.at(-1);
    if (isLight) real?.opens();
    return { socket, heard, real: real as RealSocket };
  }

  it("by light it is the browser's own: constants, states, frames, codes, errors", () => {
    const { socket, heard, real } = open();
    socket.binaryType = "arraybuffer";
    socket.send("hello");
    real.says("welcome");
    expect([Socket.OPEN, socket.OPEN, socket.readyState, real.binaryType]).to.deep.equal([
      1,
      1,
      1,
      "arraybuffer",
    ]);
    expect(real.sent).to.deep.equal(["hello"]);
    socket.close(4000, "bye");
    expect(real.closedWith).to.deep.equal([4000, "bye"]);
    expect(socket.readyState).to.equal(2);
    real.closes(4000);
    expect(heard).to.deep.equal(["open", "welcome", "close 4000"]);
    expect(socket.readyState).to.equal(3);
    expect(() => new Socket("ws://server/").send("too early")).to.throw(/CONNECTING/);
    // The SDK tries Node's way first, and takes the refusal for a browser.
    expect(() => Reflect.construct(Socket, ["ws://server/", { headers: {} }])).to.throw(SyntaxError);
  });

  it("a short darkness loses nothing: what was said in it arrives late, in order, in both directions", () => {
    const { socket, heard, real } = open();
    network.goDark(5000);
    socket.send("one");
    real.says("a");
    socket.send("two");
    real.says("b");
    expect([heard, real.sent, socket.readyState]).to.deep.equal([["open"], [], 1]);
    time.pass(4999);
    expect(heard).to.deep.equal(["open"]);
    time.pass(1);
    expect([heard, real.sent, socket.readyState]).to.deep.equal([["open", "a", "b"], ["one", "two"], 1]);
    expect(network.isDark).to.equal(false);
    network.goDark(100);
    time.pass(60_000);
    expect([heard, real.sent], "a second time of it").to.deep.equal([
      ["open", "a", "b"],
      ["one", "two"],
    ]);
    expect(real.closedWith).to.equal(undefined);
  });

  it("in a long one the server lets go when its pings would; the page sees an open socket until it is light", () => {
    const { socket, heard, real } = open();
    network.goDark(40_000);
    time.pass(serverNoticesMs - 1);
    expect(real.closedWith).to.equal(undefined);
    time.pass(1);
    expect(real.closedWith).to.be.an("array");
    real.closes(3999, "dark");
    expect([socket.readyState, heard]).to.deep.equal([1, ["open"]]);
    network.heal();
    expect([socket.readyState, heard]).to.deep.equal([3, ["open", "close 1006"]]);
  });

  it("a socket that is opened in the dark connects when it is light, or never when it was given up before", () => {
    network.goDark(20_000);
    const patient = open(false);
    const hasty = open(false);
    expect(RealSocket.opened).to.deep.equal([]);
    hasty.socket.close();
    time.pass(closeTimeoutMs);
    expect([hasty.socket.readyState, hasty.heard]).to.deep.equal([3, ["close 1006"]]);
    time.pass(20_000);
    expect(RealSocket.opened).to.have.length(1);
    RealSocket.opened[0]?.opens();
    expect([patient.socket.readyState, patient.heard]).to.deep.equal([1, ["open"]]);
  });

  it("a close in the dark is not answered: the page gives up after a while, the server hears of it by light", () => {
    const { socket, heard, real } = open();
    network.goDark(5000);
    socket.close(4010, "come back");
    expect([socket.readyState, real.closedWith]).to.deep.equal([2, undefined]);
    time.pass(closeTimeoutMs);
    expect([socket.readyState, heard, real.closedWith]).to.deep.equal([3, ["open", "close 1006"], undefined]);
    time.pass(5000);
    expect(real.closedWith).to.deep.equal([4010, "come back"]);
    real.closes(4010);
    expect(heard).to.have.length(2);
  });

  it("a cut ends every socket at once, and not the one that replaces it", () => {
    const { socket, heard, real } = open();
    const replacements: WebSocket[] = [];
    socket.addEventListener("close", () => replacements.push(new Socket("ws://server/")));
    network.cut();
    expect([heard, socket.readyState]).to.deep.equal([["open", "close 1006"], 3]);
    expect(real.closedWith).to.be.an("array");
    real.says("late");
    expect(heard).to.have.length(2);
    expect(replacements.map(({ readyState }) => readyState)).to.deep.equal([0]);
    network.cut();
    expect(replacements).to.have.length(1);
  });

  it("a later darkness replaces the one that goes on, and everybody is told", () => {
    let changes = 0;
    const stop = network.onChange(() => (changes += 1));
    network.goDark(5000);
    network.goDark(20_000);
    expect(network.darkUntil).to.equal(20_000);
    time.pass(10_000);
    expect(network.isDark).to.equal(true);
    network.heal();
    network.heal();
    expect([changes, network.darkUntil]).to.deep.equal([3, 0]);
    stop();
  });

  it("a request waits for the light on its way out and on its way back, and can be given up", async () => {
    const answers: ((response: Response) => void)[] = [];
    const fetching = network.fetchOver(() => new Promise((resolve) => answers.push(resolve)));
    const settled: string[] = [];
    network.goDark(5000);
    const first = fetching("http://server/").then(() => settled.push("first"));
    const controller = new AbortController();
    const given = fetching("http://server/", { signal: controller.signal }).catch((error: unknown) =>
      settled.push(String(error)),
    );
    controller.abort("given up");
    await given;
    expect([settled, answers]).to.deep.equal([["given up"], []]);
    network.heal();
    await Promise.resolve();
    await Promise.resolve();
    expect(answers).to.have.length(1);
    network.goDark(5000);
    answers[0]?.(new Response());
    await new Promise((resolve) => setImmediate(resolve));
    expect(settled).to.deep.equal(["given up"]);
    network.heal();
    await first;
    expect(settled).to.deep.equal(["given up", "first"]);
  });
});
