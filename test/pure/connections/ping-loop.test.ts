// The loop that asks sockets whether they live, on a clock that is moved by hand: who is judged, and when.
import { expect } from "chai";
import { PingLoop, type Pinged } from "../../../src/connections/ping-loop.ts";
import { FakeClock } from "../../../harness/fake-clock.ts";

/** A clock that can be late: time passes, and no timer fires. */
class StallingClock extends FakeClock {
  #stalledMs = 0;

  stall(ms: number): void {
    this.#stalledMs += ms;
  }

  override now(): number {
    return super.now() + this.#stalledMs;
  }
}

/** A socket, and what was done to it. */
class Peer implements Pinged {
  readonly log: string[] = [];
  readonly since: number;
  isAcknowledged = true;
  unanswered = 0;
  readonly socket: Pinged["socket"];
  readonly #state = { readyState: 1 };

  constructor(now: number) {
    this.since = now;
    const state = this.#state;
    this.socket = {
      OPEN: 1,
      CLOSED: 3,
      get readyState() {
        return state.readyState;
      },
      terminate: () => {
        this.log.push("cut");
        state.readyState = 3;
      },
    } as unknown as Pinged["socket"];
  }

  ping(): void {
    this.log.push("asked");
  }
}

describe("pings", () => {
  function scene() {
    const clock = new StallingClock();
    const loop = new PingLoop({ pingIntervalMs: 3000, pingMaxRetries: 2 }, clock);
    const peer = new Peer(clock.now());
    loop.watch(peer);
    /** The next tick, and the turn of the event loop in which it judges. */
    const tick = async () => {
      await clock.advance(3000);
      await new Promise((resolve) => setImmediate(resolve));
    };
    return { clock, loop, peer, tick };
  }

  it("[L1] one that answers nothing is asked twice and cut with the third: within 9 s by default", async () => {
    const { loop, peer, tick } = scene();
    for (let i = 0; i < 3; i++) await tick();
    expect(peer.log).to.deep.equal(["asked", "asked", "cut"]);
    await tick();
    expect(loop.size, "it is not asked any more").to.equal(0);
  });

  it("[L1] [L2] one that is heard, by whatever, is asked on and on", async () => {
    const { peer, tick } = scene();
    for (let i = 0; i < 10; i++) {
      await tick();
      peer.unanswered = 0; // what a pong or any frame does
    }
    expect(peer.log).to.deep.equal(Array(10).fill("asked"));
  });

  it("[L4] a tick that the event loop held up judges nobody, and counts against nobody", async () => {
    const { clock, peer, tick } = scene();
    await tick();
    await tick();
    expect(peer.unanswered).to.equal(2);
    clock.stall(501); // what the peer has sent meanwhile may not have been read yet
    await tick();
    expect([peer.log, peer.unanswered]).to.deep.equal([["asked", "asked", "asked"], 2]);
    await tick();
    expect(peer.log.at(-1), "the next one judges").to.equal("cut");
  });

  it("[L4] one that is a little late judges as ever", async () => {
    const { clock, peer, tick } = scene();
    await tick();
    await tick();
    clock.stall(400);
    await tick();
    expect(peer.log).to.deep.equal(["asked", "asked", "cut"]);
  });

  it("[E3] who never acknowledges JOIN_ROOM in 20 s is cut, however well it answers", async () => {
    const { peer: mute, tick } = scene();
    mute.isAcknowledged = false;
    for (let i = 0; i < 7; i++) {
      expect(mute.log, `${3 * i} s`).to.not.include("cut");
      await tick();
      mute.unanswered = 0;
    }
    expect(mute.log.at(-1)).to.equal("cut");
  });
});
