// The server dies (kill -9) or is told to go (SIGTERM) under stock clients, comes back on the same port, and nobody
// has lost a seat. RESTART_DOWNTIMES (seconds, separated by commas) chooses more in `npm run soak`.
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { RawClient } from "../../../harness/clients/raw-client.ts";
import { freePort } from "../../../harness/servers/free-port.ts";
import { type ServerProcess, startServer } from "../../../harness/servers/server-process.ts";
import { now, quiet, until } from "../../../harness/wait.ts";

const graceMs = 9000;
const downtimes = (process.env.RESTART_DOWNTIMES ?? "0.5,4").split(",").map(Number);
const eventCount = Number(process.env.RESTART_EVENTS ?? 5);
const phonesPerEvent = Number(process.env.RESTART_PHONES ?? 40);

interface Guest {
  readonly me: ReturnType<typeof identity>;
  readonly phone: Phone;
}

interface Party {
  readonly event: string;
  /** Connected when the server dies; the SDK brings them back. */
  readonly here: Guest[];
  /** Away when the server dies; they join again after the restart. */
  readonly returning: Guest[];
  /** Away when the server dies, for good. */
  readonly lost: Guest[];
  /** Have said goodbye, and were told so. */
  readonly gone: Guest[];
  /** Saying goodbye at that moment. */
  readonly leaving: Guest[];
}

async function party(url: string): Promise<Party> {
  const event = newEvent();
  const guests: Guest[] = [];
  for (let i = 0; i < phonesPerEvent; i++) {
    const me = identity(event);
    const phone = await Phone.join(url, me);
    phone.room.reconnection.minUptime = 5000; // as the SDK has it
    guests.push({ me, phone });
  }
  const take = (count: number) => guests.splice(0, count);
  return { event, returning: take(2), lost: take(2), gone: take(1), leaving: take(2), here: guests };
}

describe("durable seats: the server restarts under stock clients", function () {
  this.timeout(180_000);
  let folder: string;
  let server: ServerProcess | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "holdfast-"));
  });
  afterEach(async () => {
    await server?.kill();
    rmSync(folder, { recursive: true });
  });

  const size = `${eventCount * phonesPerEvent} clients in ${eventCount} events`;
  for (const downtime of downtimes)
    it(`[D4] kill -9, ${downtime} s without a server, ${size}`, () => restart("SIGKILL", downtime));
  it(`[D5] SIGTERM, 0.5 s without a server, ${size}`, () => restart("SIGTERM", 0.5));

  it("[D5] SIGTERM ends the process with 0 within 10 s, also when the store never answers", async () => {
    server = await startServer({ HANG: "1" }, "harness/servers/programs/crashing-server.ts");
    RawClient.join(server.url, identity()).catch(() => {});
    await until("a join that waits for its commit", async () => {
      const metrics = await (await fetch(`${server?.url}/metrics`)).text();
      return /holdfast_sockets 1/.test(metrics);
    });
    const toldAt = now();
    server.child.kill("SIGTERM");
    expect(await once(server.child, "exit")).to.deep.equal([0, null]);
    expect(now() - toldAt).to.be.lessThan(10_000);
  });

  async function restart(signal: "SIGKILL" | "SIGTERM", downtime: number): Promise<void> {
    const port = await freePort();
    const env = {
      PORT: String(port),
      STORE_URL: `file:${join(folder, "events.db")}`,
      GRACE_PERIOD_MS: String(graceMs),
    };
    server = await startServer(env);
    const parties = await Promise.all(Array.from({ length: eventCount }, () => party(server?.url as string)));
    await quiet(5000); // the SDK reconnects by itself only after 5 s
    for (const { returning, lost, here } of parties) {
      for (const { phone, me } of [...returning, ...lost]) {
        phone.drop();
        await here[0]?.phone.hears("participant_temporarily_disconnected", me.device_id);
      }
    }
    await quiet(1000);
    const deadlines = new Map<string, number>();
    for (const { lost, here } of parties)
      for (const { me } of lost)
        deadlines.set(me.device_id, Number(here[0]?.phone.sees(me.device_id)?.grace_expires_at));
    for (const { gone } of parties)
      for (const { phone } of gone) {
        phone.room.leave().catch(() => {});
        await until("a goodbye that is acknowledged", () => phone.closedWith === 4000);
      }
    for (const { leaving } of parties) for (const { phone } of leaving) phone.room.leave().catch(() => {});
    for (const { here } of parties) for (const { phone } of here) phone.forget();
    const diedAt = now();
    server.child.kill(signal);
    const [code] = (await once(server.child, "exit")) as [number | null];
    if (signal === "SIGTERM") expect(code).to.equal(0);
    console.log(`      ended ${Math.round(now() - diedAt)} ms after ${signal}`);
    await quiet(downtime * 1000);
    const startedAt = now();
    server = await startServer(env);
    const listensAt = now();
    // Those who were away come first: their grace runs on, while the SDKs still back off.
    const newDeadlines = new Map<string, number>();
    for (const { returning, lost } of parties)
      for (const { me } of returning) {
        const phone = await Phone.join(server.url, me);
        for (const { device_id: id } of lost.map((each) => each.me))
          newDeadlines.set(id, Number(phone.sees(id)?.grace_expires_at));
        await phone.hears("participant_reconnected", me.device_id).catch((error) => {
          const lines = server
            ?.output()
            .split("\n")
            .filter((line) => line.includes(`"${me.device_id}"`));
          throw new Error(`${error.message}\n${lines?.join("\n")}`);
        });
      }
    const everyone = parties.flatMap(({ here }) => here);
    await until(
      "everyone is back by the SDK's own reconnection",
      () => everyone.every(({ phone }) => phone.reconnections > 0 || phone.closedWith !== undefined),
      2000 + 5000,
    );
    const backMs = Math.round(now() - listensAt);
    expect(everyone.filter(({ phone }) => phone.closedWith !== undefined)).to.deep.equal([]);
    for (const each of parties) await checkParty(each, server.url);
    // Those who never return have what was left of their grace; the time without a server is charged to nobody.
    for (const { lost, here, event } of parties) {
      const observer = await Phone.join(server.url, { event_id: event, role: "observer" });
      for (const { me } of lost) {
        const left = await here[0]?.phone.hears("participant_left", me.device_id, graceMs + 2000);
        // Its last owner noted every half second that it lived; the new one restores between its start and its listening.
        const remainingMs = (deadlines.get(me.device_id) as number) - diedAt;
        const deadline = newDeadlines.get(me.device_id) as number;
        expect(deadline - startedAt - remainingMs, "charged").to.be.at.least(-1000);
        expect(deadline - listensAt - remainingMs, "given").to.be.at.most(1000);
        expect((left?.at ?? 0) - deadline, "after its deadline").to.be.within(-5, 1000);
        await until("no ghost", () => observer.sees(me.device_id) === undefined);
      }
    }
    for (const { here } of parties)
      for (const { me } of here)
        expect(
          here.flatMap(({ phone }) => phone.story(me.device_id)).filter((word) => word.includes("left")),
        ).to.deep.equal([]);
    console.log(`      all ${everyone.length} back ${backMs} ms after the new process listened`);
    for (const { phone } of everyone) phone.room.leave().catch(() => {});
  }
});

async function checkParty({ here, returning, gone, leaving, event }: Party, url: string): Promise<void> {
  const observer = await Phone.join(url, { event_id: event, role: "observer" });
  const statuses = () => [...here, ...returning].map(({ me }) => observer.sees(me.device_id)?.status);
  await until("everyone who is here is seen here", () =>
    statuses().every((status) => status === "connected"),
  );
  for (const { me } of [...gone, ...leaving.filter(({ phone }) => phone.closedWith === 4000)])
    expect(observer.sees(me.device_id), "a ghost of one who left").to.equal(undefined);
  const anyone = here[1]?.phone as Phone;
  await until("a client that was there all along sees the same", () =>
    [...here, ...returning].every(({ me }) => anyone.sees(me.device_id)?.status === "connected"),
  );
  observer.room.leave().catch(() => {});
}
