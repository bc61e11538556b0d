// What a room author's message handlers make of a client's words, over real sockets: what the stock SDK rejects with, bytes, and
// frames that cannot be decoded. messages.test.ts has what needs neither.
import { Protocol } from "@colyseus/core";
import { expect } from "chai";
import { z } from "zod";
import { type Client, EventRoom, Refusal, validate } from "../../../src/holdfast.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { identity, type JoinOptions, Phone } from "../../../harness/clients/phone.ts";
import { RawClient } from "../../../harness/clients/raw-client.ts";
import { until } from "../../../harness/wait.ts";

const secret = "postgres://admin:hunter2@db";

/** What cannot be encoded. */
function circle(): object {
  const it: { self?: object } = {};
  it.self = it;
  return it;
}

class AskedRoom extends EventRoom {
  readonly errors: string[] = [];
  override messages = {
    answers: (_client: Client, payload: unknown) => ({ payload }),
    answersLater: async (_client: Client, payload: unknown) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return { payload };
    },
    says_nothing: () => undefined,
    throws: () => {
      throw new Error(secret);
    },
    rejects: async () => {
      throw new Error(secret);
    },
    throws_a_string: () => {
      throw secret; // oxlint-disable-line no-throw-literal
    },
    throws_nothing: () => {
      throw undefined; // oxlint-disable-line no-throw-literal
    },
    rejects_nothing: () => Promise.reject(null),
    answers_a_circle: circle,
    answers_a_circle_later: async () => circle(),
    resolves_a_circle: (_client: Client, _payload: unknown, context: { resolve(value: unknown): unknown }) =>
      context.resolve(circle()),
    schema_throws: validate(
      z.number().transform((): number => {
        throw new Error(secret);
      }),
      (_client: Client, number) => number,
    ),
    schema_is_late: validate(
      z.string().refine(async () => true),
      () => "taken",
    ),
    refuses: () => {
      throw new Refusal(403, "Only the host may ask this");
    },
    refusesLater: () => Promise.reject(new Refusal(409, "Not now")),
    context: (_client: Client, _payload: unknown, context: { reject(reason: unknown): unknown }) =>
      context.reject({ why: "said so" }),
    number: validate(z.int("a whole number is wanted"), (_client: Client, number) => number + 1),
  };
  override onEventOpened(): void {
    this.onMessage("late", () => {
      throw new Refusal(400, "Too late");
    });
    this.onMessage("lateNumber", z.int(), (_client, number: number) => number);
    this.onMessageBytes("bytes", () => {
      throw new Error("bytes are no good");
    });
  }
  override onUncaughtException(...words: Parameters<EventRoom["onUncaughtException"]>): void {
    this.errors.push(words[1]);
    super.onUncaughtException(...words);
  }
}

describe("messages of room authors, over real sockets", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp({ room: AskedRoom, config: { gracePeriodMs: 60_000 } });
  });
  after(() => app.close());

  /** What became of a request. */
  const outcome = (phone: Phone, type: string, payload?: unknown): Promise<unknown> =>
    phone.room.request(type, payload).then(
      (value: unknown) => ({ value }),
      ({ name, message, code, reason }: Error & { code?: number; reason?: unknown }) =>
        name === "rejected" ? { reason } : { name, message, code },
    );
  const linesOf = (event: string, from = 0) =>
    app.lines.slice(from).filter((line) => line.event_id === event && line.transition === undefined);

  it("[R11] a request whose handler throws, rejects or refuses is rejected with a sentence, a Refusal with its code", async () => {
    const me = identity();
    const phone = await Phone.join(app.url, me);
    const failed = { name: "ServerError", message: "The event could not answer this", code: 500 };
    for (const type of ["throws", "rejects", "throws_a_string"])
      expect(await outcome(phone, type, 1), type).to.deep.equal(failed);
    const refused = (code: number, message: string) => ({ name: "Refusal", message, code });
    expect(await outcome(phone, "refuses")).to.deep.equal(refused(403, "Only the host may ask this"));
    expect(await outcome(phone, "refusesLater")).to.deep.equal(refused(409, "Not now"));
    expect(await outcome(phone, "late")).to.deep.equal(refused(400, "Too late"));
    expect(await outcome(phone, "number", "x")).to.deep.equal(
      refused(400, "Invalid number: a whole number is wanted"),
    );
    expect(await outcome(phone, "lateNumber", {})).to.include({ name: "Refusal", code: 400 });
    expect(await outcome(phone, "context")).to.deep.equal({ reason: { why: "said so" } });
    expect(phone.closedWith, "a bad request closes nothing").to.equal(undefined);
  });

  it("[R11] one that is answered is answered as ever, at once or later", async () => {
    const phone = await Phone.join(app.url, identity());
    expect(await outcome(phone, "answers", 1)).to.deep.equal({ value: { payload: 1 } });
    expect(await outcome(phone, "answersLater", 2)).to.deep.equal({ value: { payload: 2 } });
    expect(await outcome(phone, "says_nothing")).to.deep.equal({ value: undefined });
    expect(await outcome(phone, "number", 3)).to.deep.equal({ value: 4 });
    expect(await outcome(phone, "nobody hears this")).to.include({ name: "no_handler" });
  });

  it("[R11] errors of handlers reach onUncaughtException and the log once, with event and device; refusals do not", async () => {
    const me = identity();
    const phone = await Phone.join(app.url, me);
    const room = app.room(me.event_id) as unknown as AskedRoom;
    for (const type of ["throws", "rejects", "refuses", "refusesLater"]) await outcome(phone, type);
    phone.room.send("throws");
    phone.room.send("refuses");
    phone.room.sendBytes("bytes", new Uint8Array([1]));
    await until("four errors", () => linesOf(me.event_id).length === 4);
    expect((await outcome(phone, "answers", 1)) as object).to.have.property("value");
    expect(linesOf(me.event_id)).to.have.length(4);
    for (const line of linesOf(me.event_id))
      expect(line).to.include({ level: 50, where: "onMessage", device_id: me.device_id });
    expect(room.errors).to.have.length(7); // refusals too: what an author makes of them is theirs
  });

  it("[R31] a request whose handler throws nothing, whose answer cannot be encoded, or whose schema throws is rejected, too", async () => {
    const phone = await Phone.join(app.url, identity());
    const failed = { name: "ServerError", message: "The event could not answer this", code: 500 };
    const circles = ["answers_a_circle", "answers_a_circle_later", "resolves_a_circle"];
    for (const type of ["throws_nothing", "rejects_nothing", ...circles, "schema_throws", "schema_is_late"])
      expect(await outcome(phone, type, type === "schema_is_late" ? "x" : 1), type).to.deep.equal(failed);
    expect(await outcome(phone, "answers", 1)).to.deep.equal({ value: { payload: 1 } });
  });

  it("[R12] a message that its schema refuses, or that cannot be decoded, is a line with event and device, without a stack", async () => {
    const schemaOnes = identity();
    const from = app.lines.length;
    const phone = await Phone.join(app.url, schemaOnes);
    phone.room.send("number", "x");
    await until("closed", () => phone.closedWith === 4002);
    const undecodable = identity();
    const raw = await RawClient.join(app.url, undecodable);
    raw.socket.send(Buffer.from([Protocol.ROOM_DATA, 0xa6, ...Buffer.from("number"), 0x92, 0xc1]));
    await until("closed", () => raw.closedWith === 4002);
    const asked = identity();
    const asking = await RawClient.join(app.url, asked);
    asking.socket.send(Buffer.from([Protocol.ROOM_REQUEST, 1, 0xa6, ...Buffer.from("number"), 0x92, 0xc1]));
    for (const { event_id, device_id } of [schemaOnes, undecodable, asked]) {
      const line = await until("its line", () => linesOf(event_id, from)[0]);
      expect(line).to.include({ level: 30, device_id });
      expect(String(line.malformed)).to.have.length.greaterThan(10).and.at.most(250);
      expect(JSON.stringify(line)).to.not.include("at ");
      expect(linesOf(event_id, from)).to.have.length(1);
    }
    expect(app.lines.slice(from).filter(({ level }) => Number(level) >= 40)).to.deep.equal([]);
    const observer = await Phone.join(app.url, { event_id: asked.event_id, role: "observer" } as JoinOptions);
    observer.room.send("number", "x");
    await until("its line", () => linesOf(asked.event_id, from).length === 2);
    expect(linesOf(asked.event_id, from)[1]).to.not.have.property("device_id");
  });
});
