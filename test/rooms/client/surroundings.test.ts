// Our client where not everything is that a browser has: in a worker, in a page on plain http, in a page that may keep nothing,
// in a native application. Bundled as a page loads it, with a real server; the connection is cut, and the seat returned to.
import { expect } from "chai";
import { z } from "zod";
import { EventRoom } from "../../../src/rooms/EventRoom.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { Place } from "../../../harness/surroundings/run.ts";
import {
  aNativeApplication,
  anAddressWithoutHost,
  aPageOnPlainHttp,
  aPageWithoutStorage,
  aWorker,
  lacking,
  type Surroundings,
} from "../../../harness/surroundings/surroundings.ts";
import { until } from "../../../harness/wait.ts";

const stored: string[] = [];

class Talking extends EventRoom {
  override onEventOpened() {
    this.onPublish("say", z.string(), (_participant, text) => void stored.push(text));
  }
}

/** Joins, publishes, and publishes again when it has lost its connection. */
const sceneOf = (options: object) => `
  const session = (globalThis.session = holdfast.joinEvent({ url: serverUrl, ...${JSON.stringify(options)} }));
  let isAway = false;
  session.on("status", ({ status }) => {
    if (status !== "reconnecting" || isAway) return;
    isAway = true;
    session.publish("say", "from away").then(() => say("published"));
  });
  await session.joined();
  await session.publish("say", "first");
  say("ready", session.roster.get(session.deviceId).is_self, session.deviceId);
`;

const places: readonly (readonly [name: string, Surroundings, options?: object])[] = [
  ["in a worker", aWorker],
  ["in a page on plain http", aPageOnPlainHttp],
  ["in a page that may keep nothing", aPageWithoutStorage],
  [
    "in a native application that brings its own proof",
    aNativeApplication,
    { sessionToken: "the app's own" },
  ],
];

describe("the client in other surroundings", () => {
  let app: TestApp;
  let place: Place | undefined;
  before(async () => {
    app = await startApp({ room: Talking, config: { gracePeriodMs: 20_000 } });
  });
  after(() => app.close());
  afterEach(async () => {
    await place?.evaluate("globalThis.session?.leave()");
    place = undefined;
  });

  for (const [name, surroundings, options] of places)
    it(`[Z27] ${name} it joins, publishes, and returns to its seat with what it wanted to say`, async () => {
      const eventId = newEvent();
      const proxy = await app.proxy();
      const witness = await Phone.join(app.url, { ...identity(), event_id: eventId });
      stored.length = 0;
      place = await Place.run(surroundings, sceneOf({ eventId, ...options }), proxy.url);
      const [, deviceId] = (await place.says("ready")) as [boolean, string];
      expect(deviceId).to.match(/^[\w-]{22}$/);
      proxy.reset();
      await place.says("published");
      await until("its return is seen", () => witness.story(deviceId).at(-1) === "participant_reconnected");
      expect(witness.story(deviceId)).to.deep.equal([
        "participant_joined",
        "participant_temporarily_disconnected{connection_lost}",
        "participant_reconnected",
      ]);
      expect(stored).to.deep.equal(["first", "from away"]);
      await place.evaluate("session.leave()");
      await until("it has left", () => witness.story(deviceId).at(-1) === "participant_left{consented}");
      witness.room.reconnection.enabled = false;
      await witness.room.leave();
    });

  const tries = `try { holdfast.joinEvent({ url: "http://a.server", eventId: "e" }); say("joined"); }
    catch (error) { say("refused", error.message); }`;
  const refusals: readonly (readonly [Surroundings, string])[] = [
    [lacking("WebSocket"), "WebSocket, which is missing here"],
    [lacking("fetch", "WebSocket"), "fetch and WebSocket, which are missing here"],
    [lacking("AbortController"), "AbortController, which is missing here"],
    [anAddressWithoutHost, "URL, which is missing here"],
    [lacking("crypto"), "crypto.getRandomValues (or the option sessionToken), which is missing here"],
  ];
  for (const [surroundings, what] of refusals)
    it(`[Z28] says in one sentence that it needs ${what}`, async () => {
      place = await Place.run(surroundings, tries);
      expect(await place.says("refused")).to.deep.equal([
        `holdfast/client needs ${what}: load a polyfill first`,
      ]);
    });
});
