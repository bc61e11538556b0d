// Recorded outages: what was recorded, what of it is one, and when it is played, on a time of the test's own.
import { expect } from "chai";
import { mergeOutages, playOutages, recordedOutages } from "../../../src/testing/index.ts";

/** A network that notes when it was cut and healed, in a time that `wait` moves. */
class NotingNetwork {
  now = 0;
  readonly notes: string[] = [];
  strand = (): void => void this.notes.push(`${this.now} hole`);
  reset = ({ refuse }: { refuse: true }): void => void this.notes.push(`${this.now} reset ${refuse}`);
  heal = (): void => void this.notes.push(`${this.now} healed`);
  wait = async (ms: number): Promise<void> => void (this.now += ms);
}

const twice = [
  { startMs: 1000, lengthMs: 2000 },
  { startMs: 5000, lengthMs: 100 },
];

describe("Recorded outages", () => {
  it("[V72] are played when they were, each until its end", async () => {
    const network = new NotingNetwork();
    await playOutages(network, twice, { wait: network.wait });
    expect(network.notes).to.deep.equal(["1000 hole", "3000 healed", "5000 hole", "5100 healed"]);
  });

  it("[V72] cut connections and refuse new ones, where that is asked for", async () => {
    const network = new NotingNetwork();
    await playOutages(network, twice.slice(0, 1), { as: "reset", wait: network.wait });
    expect(network.notes).to.deep.equal(["1000 reset true", "3000 healed"]);
  });

  it("[V72] say when each begins and ends", async () => {
    const network = new NotingNetwork();
    await playOutages(network, twice, {
      wait: network.wait,
      onOutage: ({ lengthMs }) => network.notes.push(`for ${lengthMs}`),
      onHealed: ({ startMs }) => network.notes.push(`over ${startMs}`),
    });
    const [said, cut, healed, over] = network.notes;
    expect([said, cut, healed, over]).to.deep.equal(["for 2000", "1000 hole", "3000 healed", "over 1000"]);
  });

  it("[V72] end where the play is ended, and the network is healed", async () => {
    const network = new NotingNetwork();
    const stop = new AbortController();
    const long = [{ startMs: 0, lengthMs: 3_600_000 }];
    await playOutages(network, long, {
      signal: stop.signal,
      onOutage: () => setImmediate(() => stop.abort()),
    });
    await playOutages(network, twice, { signal: stop.signal });
    expect(network.notes).to.deep.equal(["0 hole", "0 healed"]);
  });

  it("[V72] are refused when they overlap", async () => {
    const network = new NotingNetwork();
    const played = playOutages(network, twice.toReversed(), { wait: network.wait });
    expect(await played.catch(String)).to.match(/^RangeError: .*overlaps/);
    expect(network.notes).to.deep.equal([]);
  });

  it("[V72] less than a second apart are one", () => {
    const merged = mergeOutages([
      [1000, 500],
      [2499, 1000],
      [4499, 1000],
    ]);
    expect(merged).to.deep.equal([
      { startMs: 1000, lengthMs: 2499 },
      { startMs: 4499, lengthMs: 1000 },
    ]);
  });

  it("[V72] of real links are five, each in order, within its recording, none shorter than a second", () => {
    expect(recordedOutages).to.have.length(5);
    for (const { durationMs, outages } of recordedOutages) {
      let end = 0;
      for (const { startMs, lengthMs } of outages) {
        expect(startMs).to.be.at.least(end);
        expect(lengthMs).to.be.at.least(1000);
        end = startMs + lengthMs;
      }
      expect(end).to.be.within(1, durationMs);
    }
    const longest = Math.max(
      ...recordedOutages.flatMap(({ outages }) => outages.map(({ lengthMs }) => lengthMs)),
    );
    expect(longest).to.be.within(10_000, 20_000);
  });
});
