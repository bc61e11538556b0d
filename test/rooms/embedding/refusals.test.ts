// What cannot work in somebody's server: one sentence at the start, and nothing is left behind.
import { once } from "node:events";
import { createServer } from "node:net";
import { defineRoom, defineServer, matchMaker, Room, Server } from "@colyseus/core";
import { RedisDriver } from "@colyseus/redis-driver";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { expect } from "chai";
import { askToJoin } from "../../../harness/clients/http.ts";
import { identity, Phone } from "../../../harness/clients/phone.ts";
import { freePort } from "../../../harness/servers/free-port.ts";
import { quiet, startEmbedded } from "../../../harness/servers/embedded.ts";
import { until } from "../../../harness/wait.ts";
import { createApp, EventRoom, eventRoom, MemoryStore, withHoldfast } from "../../../src/holdfast.ts";

class Chat extends Room {}
class Quiz extends EventRoom {}
class Buzzer extends EventRoom {}
class OtherTransport extends WebSocketTransport {}

const settings = { storeUrl: "memory:", logLevel: "silent" as const };
const rooms = () => ({ chat: defineRoom(Chat), quiz: eventRoom(Quiz) });
/** As who does without types. */
const given = (options: object, config: object = settings) =>
  withHoldfast({ rooms: rooms(), logger: quiet, greet: false, ...options } as never, config);
const sentence = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    expect((error as Error).message).to.match(/^[^\n]+$/);
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  throw new Error("it was not refused");
};

describe("what cannot work in somebody's server", () => {
  it("[W23] settings that are no value of their kind; one that is undefined is left out", () => {
    const refused = (config: object) => sentence(() => given({}, { ...settings, ...config }));
    for (const wrong of ["abc", -1, Number.NaN, null])
      expect(refused({ gracePeriodMs: wrong })).to.match(
        /^SettingError: withHoldfast: config.gracePeriodMs is not allowed to be .+: it must be a number, 0 or more\.$/,
      );
    expect(refused({ eventCreation: "nobody" })).to.equal(
      'SettingError: withHoldfast: config.eventCreation is not allowed to be "nobody": it must be one of anyone, hosts, server.',
    );
    expect(refused({ authMode: "none" })).to.match(
      /config\.authMode .+: it must be one of open, token, user, custom\.$/,
    );
    expect(refused({ gracePeriodMs: undefined, quietTimeMs: 30_000 })).to.match(
      /less than GRACE_PERIOD_MS=30000/,
    );
  });

  it("[X13] options that there are not, or that cannot go together with events", () => {
    const cases: [options: object, words: RegExp][] = [
      [{ expres: () => {} }, /^TypeError: withHoldfast has no option "expres"; express is the nearest/],
      [{ config: {} }, /^TypeError: withHoldfast has no option "config"$/],
      [{ initializeExpress: () => {} }, /initializeExpress is of the config form of @colyseus\/tools/],
      [{ options: {} }, /config form of @colyseus\/tools/],
      [{ devMode: true }, /devMode/],
      [{ isStandaloneMatchMaker: true }, /isStandaloneMatchMaker/],
      [{ driver: new RedisDriver({ lazyConnect: true } as never) }, /driver is brought along by redisUrl/],
      [{ presence: {} }, /presence is brought along by redisUrl/],
      [
        { transport: new OtherTransport({ noServer: true }) },
        /transport is a OtherTransport; events need WebSocketTransport/,
      ],
      [{ rooms: undefined }, /rooms is missing/],
      [{ rooms: { chat: defineRoom(Chat) } }, /at least one has to be a type of events/],
      [{ rooms: { ...rooms(), event: defineRoom(Chat) } }, /rooms\.event: this name means an event/],
      [{ rooms: { quiz: defineRoom(Quiz) } }, /rooms\.quiz: Quiz is an EventRoom; use eventRoom\(Quiz\)/],
      [{ rooms: { quiz: Quiz } }, /rooms\.quiz: Quiz is an EventRoom/],
      [{ rooms: { ...rooms(), "a b": eventRoom(Buzzer) } }, /"a b" cannot name a type of events/],
      [{ rooms: { ...rooms(), event: eventRoom(Buzzer) } }, /"event" can only name the default type/],
    ];
    for (const [options, words] of cases) expect(sentence(() => given(options))).to.match(words);
    const two = { quiz: eventRoom(Quiz, { default: true }), buzzer: eventRoom(Buzzer, { default: true }) };
    expect(sentence(() => given({ rooms: two }))).to.match(/quiz and buzzer cannot both be the default type/);
    expect(sentence(() => given({}, { ...settings, gracePeriod: 1 }))).to.match(
      /^TypeError: withHoldfast: config has no option "gracePeriod"; gracePeriodMs is the nearest/,
    );
    const twice = () => given({ publicAddress: "a.example" }, { ...settings, publicAddress: "b.example" });
    expect(sentence(twice)).to.match(/publicAddress is given twice/);
    expect(sentence(() => eventRoom(Chat as never))).to.match(
      /^TypeError: eventRoom: .* class that extends EventRoom$/,
    );
    expect(sentence(() => eventRoom(Quiz).filterBy())).to.match(
      /eventRoom\(Quiz\)\.filterBy: an event is found by/,
    );
    expect(sentence(() => createApp({ room: Quiz, rooms: rooms() }))).to.match(/give one of the two/);
    expect(sentence(() => createApp({ roms: {} } as never))).to.match(
      /createApp has no option "roms"; rooms? is/,
    );
  });

  it("[X13] a room of another copy of the framework, or of this package", () => {
    class Foreign {
      onJoin(): void {}
    }
    const copy = { ...rooms(), other: defineRoom(Foreign as never) };
    expect(sentence(() => given({ rooms: copy }))).to.match(
      /rooms\.other: Foreign extends no Room of the @colyseus\/core/,
    );
    class EventRoomHandler {
      readonly klass = Quiz;
    }
    const another = { quiz: new EventRoomHandler() };
    expect(sentence(() => given({ rooms: another }))).to.match(
      /rooms\.quiz: this eventRoom is of another copy of holdfast/,
    );
  });

  it("[X13] a second one in the process, until the first has ended; what was refused is not one", async () => {
    const first = await startEmbedded({ rooms: rooms() });
    const taken = /^Error: withHoldfast: another app of this process is open/;
    expect(sentence(() => given({}))).to.match(taken);
    expect(sentence(() => createApp())).to.match(/^Error: createApp: another app of this process is open/);
    await first.close();
    const second = await startEmbedded({ rooms: rooms() });
    await second.close();
  });

  it("[X11] one that is over leaves signals, and the rooms, to the next", async () => {
    const shut = defineServer(given({}, { ...settings, storeUrl: "file:/dev/null/x.db" }));
    expect(await shut.listen(await freePort()).catch((error: Error) => error.message)).to.match(/^STORE_URL/);
    const first = await startEmbedded({ rooms: rooms() });
    await first.close();
    const next = await startEmbedded({ rooms: rooms() });
    const phone = await Phone.join(next.url, identity());
    phone.room.reconnection.enabled = false;
    await shut.gracefullyShutdown(false); // what a signal calls, of every server that was made
    await first.server.gracefullyShutdown(false);
    expect((await askToJoin(next.url, identity())).status).to.equal(200);
    await next.close();
    await until("it was asked to come back", () => phone.closedWith === 4010);
  });

  const notListening = async (server: Server) => {
    const failed = await server.listen(await freePort()).catch((error: Error) => error.message);
    matchMaker.removeRoomType("buzzer");
    const next = await startEmbedded({ rooms: rooms() }); // and the process is free
    await next.close();
    return failed;
  };

  it("[X13] a server that was put together in another way does not listen", async () => {
    const options = given({});
    expect(await notListening(defineServer({ ...options, transport: new WebSocketTransport() }))).to.match(
      /^withHoldfast: this server has another transport .*config form.*use defineServer\(withHoldfast/,
    );
    matchMaker.removeRoomType("quiz");
    expect(await notListening(new Server(given({})))).to.match(
      /the rooms "quiz" are not defined in this server/,
    );
    const late = defineServer(given({}));
    late.define("buzzer", Buzzer);
    expect(await notListening(late)).to.match(/"buzzer" is defined with an EventRoom by server\.define/);
    const theirs = defineServer(given({ beforeListen: () => Promise.reject(new Error("no database")) }));
    expect(await notListening(theirs)).to.equal("no database");
    const shut = defineServer(given({}, { ...settings, storeUrl: "file:/dev/null/x.db" }));
    expect(await notListening(shut)).to.match(/^STORE_URL/);
  });

  it("[X13] serverless() is refused, and so is a port that is taken", async () => {
    const server = defineServer(given({}));
    await Promise.resolve();
    expect(await server.serverless().catch((error: Error) => error.message)).to.equal(
      "serverless(): events need a process that stays; use listen()",
    );
    const port = await freePort();
    const taken = createServer().listen(port);
    await once(taken, "listening");
    expect(await server.listen(port).catch((error: { code: string }) => error.code)).to.equal("EADDRINUSE");
    taken.close();
    const next = await startEmbedded({ rooms: rooms() });
    await next.close();
  });

  it("[X15] a second listen, one after the end, and a port that is none", async () => {
    const theirs = await startEmbedded({ rooms: rooms() });
    const again = async () => theirs.server.listen(await freePort()).catch((error: Error) => error.message);
    expect(await again()).to.equal("listen: this server listens already, or has ended");
    expect((await askToJoin(theirs.url, identity())).status).to.equal(200);
    await theirs.close();
    expect(await again()).to.equal("This server has ended, and cannot listen; make another");
    const badly = defineServer(given({}));
    expect(await badly.listen(70_000).catch((error: { code: string }) => error.code)).to.equal(
      "ERR_SOCKET_BAD_PORT",
    );
    const app = createApp({ config: settings }); // the process is free
    const port = await app.listen(0, "127.0.0.1");
    expect(await app.listen(0).catch((error: Error) => error.message)).to.equal(
      "listen: this app listens already, or has ended",
    );
    expect((await askToJoin(`http://127.0.0.1:${port}`, identity())).status).to.equal(200);
    await app.close();
  });

  it("[X15] one that ended while its store was being opened does not listen, and closes it", async () => {
    const gate = Promise.withResolvers<void>();
    const calls: string[] = [];
    class SlowStore extends MemoryStore {
      override async open(): Promise<void> {
        calls.push("open");
        await gate.promise;
        await super.open();
        calls.push("opened");
      }
      override async close(): Promise<void> {
        calls.push("close");
        await super.close();
      }
    }
    const server = defineServer(given({ store: new SlowStore(), gracefullyShutdown: false }));
    const listening = server.listen(await freePort(), "127.0.0.1").then(
      () => "it listens",
      (error: Error) => error.message,
    );
    await until("the store is being opened", () => calls.length > 0);
    await server.gracefullyShutdown(false);
    gate.resolve();
    expect(await listening).to.equal("This server has ended, and cannot listen; make another");
    expect(calls).to.deep.equal(["open", "close", "opened", "close"]);
    const next = await startEmbedded({ rooms: rooms() });
    await next.close();
  });
});
