// The load generator's own wire: frames read from any cut of the stream, messages recognised by their bytes.
import { getMessageBytes, Protocol } from "@colyseus/core";
import { expect } from "chai";
import fc from "fast-check";
import { unpack } from "msgpackr";
import { Crowd, kinds, Participant } from "../../../loadtest/bench/running/crowd.ts";
import { colyseusDialect, kindOf } from "../../../loadtest/bench/dialects/colyseus.ts";
import type { Dialect } from "../../../loadtest/bench/dialects/dialect.ts";
import { numbersIn, oursDialect, questionOf } from "../../../loadtest/bench/dialects/ours.ts";
import { kindOf as socketIoKindOf, offsetOf } from "../../../loadtest/bench/dialects/socketio.ts";
import { storm } from "../../../loadtest/bench/running/storm.ts";
import { clientFrame, FrameReader, headBytes } from "../../../loadtest/bench/wire/frames.ts";
import { Refused } from "../../../loadtest/bench/wire/matchmaking.ts";
import { parsePresenceResume } from "../../../src/protocol/incoming/requests.ts";
import { frameOf } from "../../../src/rooms/internals/ws.ts";
import { startApp } from "../../../harness/servers/app.ts";
import { until } from "../../../harness/wait.ts";

interface Seen {
  readonly opcode: number;
  readonly head: string;
  readonly length: number;
}

function read(chunks: readonly Buffer[]): Seen[] {
  const seen: Seen[] = [];
  const reader = new FrameReader((opcode, bytes, at, available, length) => {
    seen.push({ opcode, head: bytes.toString("latin1", at, at + Math.min(available, headBytes)), length });
  });
  for (const chunk of chunks) reader.push(chunk);
  return seen;
}

describe("loadtest: the benchmark's wire", () => {
  it("frames are the same however the stream is cut", () => {
    const payload = fc.oneof(fc.string({ maxLength: 10 }), fc.string({ minLength: 120, maxLength: 400 }));
    const huge = fc.constant("x".repeat(70_000));
    const property = fc.property(
      fc.array(fc.oneof({ weight: 20, arbitrary: payload }, { weight: 1, arbitrary: huge }), {
        maxLength: 8,
      }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }),
      (texts, shares) => {
        const payloads = texts.map((text) => Buffer.from(text, "latin1"));
        const stream = Buffer.concat(payloads.map(frameOf));
        const cuts = shares.map((share) => Math.floor(share * stream.length)).toSorted((a, b) => a - b);
        const chunks = [...cuts, stream.length].map((end, k) =>
          stream.subarray(k === 0 ? 0 : cuts[k - 1], end),
        );
        const expected = payloads.map((bytes) => ({
          opcode: 2,
          head: bytes.toString("latin1", 0, headBytes),
          length: bytes.length,
        }));
        expect(read(chunks)).to.deep.equal(expected);
      },
    );
    fc.assert(property, { numRuns: 200 });
  });

  it("a client's frame is masked with zeros, short or long", () => {
    expect([...clientFrame(2, Buffer.from([7]))]).to.deep.equal([0x82, 0x81, 0, 0, 0, 0, 7]);
    const long = clientFrame(1, "y".repeat(300));
    expect(long.subarray(0, 8).toString("hex")).to.equal("81fe012c00000000");
    expect(long).to.have.length(308);
  });

  it("a Colyseus message is recognised by its name, whatever it carries", () => {
    const kindOfType = (type: string) => kindOf(getMessageBytes.raw(Protocol.ROOM_DATA, type, { a: 1 }), 0);
    expect(kindOfType("participant_joined")).to.equal(kinds.joined);
    expect(kindOfType("participant_temporarily_disconnected")).to.equal(kinds.away);
    expect(kindOfType("participant_reconnected")).to.equal(kinds.back);
    expect(kindOfType("participant_left")).to.equal(kinds.left);
    expect(kindOfType("news")).to.equal(kinds.news);
    expect(kindOfType("heartbeat_ack")).to.equal(kinds.ack);
    expect(kindOfType("presence_resumed")).to.equal(undefined);
  });

  it("a Socket.IO packet is recognised by its name, and its offset is the last string", () => {
    const packet = '42["participant_reconnected",{"device_id":"d"},"offset.1"]';
    expect(socketIoKindOf(Buffer.from(packet), 0)).to.equal(kinds.back);
    expect(offsetOf(packet)).to.equal("offset.1");
    expect(socketIoKindOf(Buffer.from('42["news",{}]'), 0)).to.equal(kinds.news);
  });

  it("a refusal keeps the server's hint when to come again", () => {
    expect(new Refused("503 busy, retry in 250 ms").retryMs).to.equal(250);
    expect(new Refused("409 full").retryMs).to.equal(undefined);
  });

  it("everyone is told when each has heard its share, and no sooner", async () => {
    const crowd = new Crowd();
    const guests = ["a", "b", "c"].map((id) => new Participant(crowd, "e", id));
    const [a, b] = guests as [Participant, Participant, Participant];
    const told = crowd.expect(kinds.away, guests, (guest) => (guest === a ? 2 : guest === b ? 1 : 0));
    a.hear(kinds.away);
    a.hear(kinds.back, 5);
    b.hear(kinds.away);
    const early = await told(Promise.resolve());
    expect([early.done, early.of]).to.deep.equal([1, 2]);
    const again = crowd.expect(kinds.away, [a], () => 2);
    a.hear(kinds.away, 2);
    expect((await again(new Promise(() => {}))).done).to.equal(1);
  });

  it("a storm ends at its bound with what was done, and counts no one who failed", async () => {
    const tasks = {
      good: Promise.resolve(),
      bad: Promise.reject(new Error("no")),
      never: new Promise<void>(() => {}),
    };
    const result = await storm(["good", "bad", "never"] as const, 2, 100, (name) => tasks[name]);
    expect(result).to.deep.include({ done: 1, of: 3, errors: ["no"] });
    expect(result.wallMs).to.be.at.least(99);
  });
});

describe("loadtest: the benchmark's client of our own", function () {
  this.timeout(20_000);

  it("asks in MessagePack, and reads the numbers before the events of an answer", () => {
    const maskedHead = 6;
    const nameEnd = maskedHead + 2 + "presence_resume".length;
    const asked = (position: { epoch: number; seq: number }) =>
      parsePresenceResume(unpack(questionOf(position).subarray(nameEnd)));
    expect(asked({ epoch: -1, seq: -1 })).to.deep.equal({});
    expect(asked({ epoch: 1_764_000_000_000, seq: 7 })).to.deep.equal({ epoch: 1_764_000_000_000, seq: 7 });
    const numbers = { patch: 70_000, resumed: true, epoch: 1_764_000_000_000, seq: 300 };
    const answer = { ...numbers, events: [{ type: "participant_left" }], joined_at: 3 };
    const bytes = getMessageBytes.raw(Protocol.ROOM_DATA, "presence_resumed", answer);
    const found = numbersIn(bytes, 2 + "presence_resumed".length);
    expect(Object.fromEntries(found)).to.deep.equal({ ...numbers, resumed: 1 });
  });

  it("counts what it hears, and is sent what it missed where a stock client is sent everything", async () => {
    const app = await startApp({ config: { gracePeriodMs: 10_000 } });
    const crowd = new Crowd();
    const others = Array.from({ length: 60 }, (_, k) => new Participant(crowd, "e", `device ${k}`));
    const [observer, restless] = others as [Participant, Participant];
    const stock = colyseusDialect(app.port, crowd);
    const dialects: Dialect[] = [stock];
    const leaves = async (who: Participant) => {
      const told = observer.heard[kinds.away];
      who.link?.drop();
      await until("the drop is told", () => observer.heard[kinds.away] !== told);
    };
    const bytesOfReturn = async (of: typeof oursDialect) => {
      const own = new Crowd();
      const dialect = of(app.port, own);
      dialects.push(dialect);
      const who = new Participant(own, "e", `returner ${dialects.length}`);
      others.push(who);
      await dialect.join(who);
      await dialect.beat(who);
      await leaves(who);
      await leaves(restless);
      await stock.comeBack(restless);
      const { bytes } = own.traffic;
      await dialect.comeBack(who);
      return { who, bytes: own.traffic.bytes - bytes };
    };
    try {
      for (const other of others) await stock.join(other);
      const whole = await bytesOfReturn(colyseusDialect);
      const resumed = await bytesOfReturn(oursDialect);
      expect(whole.bytes).to.be.greaterThan(4000);
      expect(resumed.bytes).to.be.lessThan(1500);
      const late = await bytesOfReturn(oursDialect);
      const isSame = ({ epoch, seq, patch }: Participant) =>
        patch > 0 && epoch === late.who.epoch && seq === late.who.seq && patch === late.who.patch;
      await until("the earlier has counted to where the later was told that it is", () =>
        isSame(resumed.who),
      );
    } finally {
      for (const other of others) other.link?.drop();
      for (const dialect of dialects) dialect.close();
      await app.close();
    }
  });
});
