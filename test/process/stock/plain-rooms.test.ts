// Plain Colyseus rooms beside Holdfast: their clients, which use the SDK as it is, see what they see on a stock server.
import { Client } from "@colyseus/sdk";
import { expect } from "chai";
import { identity, Phone } from "../../../harness/clients/phone.ts";
import { auth } from "../../../harness/stock/checks/auth.ts";
import { faults } from "../../../harness/stock/checks/faults.ts";
import { http } from "../../../harness/stock/checks/http.ts";
import { lobby } from "../../../harness/stock/checks/lobby.ts";
import { halfOpen, late, simulatedMs } from "../../../harness/stock/checks/network.ts";
import { matchmaking } from "../../../harness/stock/checks/matchmaking.ts";
import { messages } from "../../../harness/stock/checks/messages.ts";
import { reconnection } from "../../../harness/stock/checks/reconnection.ts";
import { state } from "../../../harness/stock/checks/state.ts";
import { Stage } from "../../../harness/stock/stage.ts";
import { sideBySide } from "../../../harness/stock/side-by-side.ts";
import { type ServerProcess, startServer } from "../../../harness/servers/server-process.ts";

describe("plain rooms beside Holdfast, and on a stock server", function () {
  this.timeout(30_000);
  let stock: ServerProcess;
  let holdfast: ServerProcess;
  const urls = [() => [stock.url], () => [holdfast.url]] as const;

  before(async () => {
    stock = await startServer({}, "harness/stock/stock-main.ts");
    holdfast = await startServer({}, "harness/stock/holdfast-main.ts");
  });
  after(async () => {
    await stock.kill();
    await holdfast.kill();
  });

  describe("[Y1] matchmaking", () => sideBySide(matchmaking, ...urls));
  describe("[Y1] onAuth", () => sideBySide(auth, ...urls));
  describe("[Y2] HTTP", () => sideBySide(http, ...urls));
  describe("[Y3] messages", () => sideBySide(messages, ...urls));
  describe("[Y3] state", () => sideBySide(state, ...urls));
  describe("[Y3] failing", () => sideBySide(faults, ...urls));
  describe("[Y4] coming back and going", () => sideBySide(reconnection, ...urls));
  describe("[Y5] lobby and presence", () => sideBySide(lobby, ...urls));
  describe("[Y4] half-open sockets", () => sideBySide([halfOpen], ...urls));

  it("[Y5] a lobby tells nothing of events, nor who is in one", async () => {
    const stage = new Stage([holdfast.url], "lobby and events");
    const lobbySeat = await stage.join("lobby");
    const [before] = await lobbySeat.sees("rooms");
    const me = identity();
    const phone = await Phone.join(holdfast.url, me);
    await stage.create("listed", { metadata: { of: "an event's neighbour" } });
    await lobbySeat.sees("+");
    const late = await stage.join("lobby");
    const [after] = await late.sees("rooms");
    expect(JSON.stringify([before, after, lobbySeat.seen])).to.not.include(me.event_id);
    expect(JSON.stringify(after)).to.include("an event's neighbour");
    await phone.room.leave();
    await stage.close();
  });

  it("[Y5] two types of events work beside them, and no matchmaking finds their rooms", async () => {
    const [me, other] = [identity(), identity()];
    const client = new Client(holdfast.url);
    const quiz = await Phone.from(client, await client.joinOrCreate("quiz", me));
    const buzzer = await Phone.from(client, await client.joinOrCreate("buzzer", other));
    expect([quiz.sees(me.device_id)?.status, buzzer.sees(other.device_id)?.status]).to.deep.equal([
      "connected",
      "connected",
    ]);
    for (const name of ["quiz", "buzzer", "event"]) {
      const refused = await client.join(name, {}).catch((error: { code: number }) => error.code);
      expect(refused, name).to.be.oneOf([400, 404]);
    }
    await quiz.room.leave();
    await buzzer.room.leave();
  });
});

describe("[Y4] plain rooms of a server that simulates latency", function () {
  this.timeout(30_000);
  const env = { LATENCY_MS: String(simulatedMs) };
  let stock: ServerProcess;
  let holdfast: ServerProcess;

  before(async () => {
    stock = await startServer(env, "harness/stock/stock-main.ts");
    holdfast = await startServer(env, "harness/stock/holdfast-main.ts");
  });
  after(async () => {
    await stock.kill();
    await holdfast.kill();
  });

  sideBySide(
    [late],
    () => [stock.url],
    () => [holdfast.url],
  );
});
