// What happens to a seat twice before the next patch is told twice. The store is held while both are decided, so that they
// fall into one commit and one patch.
import { expect } from "chai";
import { EventRoom, MemoryStore } from "../../../src/holdfast.ts";
import type { EventBatch } from "../../../src/store/seat-store.ts";
import { type Phone, type TestEvent, testEvent } from "../../../src/testing/index.ts";

const joined = { type: "participant_joined", device_id: "ann" };
const away = {
  type: "participant_temporarily_disconnected",
  device_id: "ann",
  reason: "connection_lost",
};
const back = { type: "participant_reconnected", device_id: "ann" };
const left = (reason: string) => ({ type: "participant_left", device_id: "ann", reason });

/** A store that keeps what it was asked to commit. */
class NotingStore extends MemoryStore {
  commits: (readonly EventBatch[])[] = [];

  override commit(batches: readonly EventBatch[]): Promise<void> {
    this.commits.push(batches);
    return super.commit(batches);
  }
}

describe("disconnect tracking: twice in one tick", () => {
  const stock = { client: "stock" } as const;
  let store: NotingStore;
  let event: TestEvent;
  let witness: Phone;
  let ann: Phone;

  /** A witness, a participant, and a store that is held with a commit about somebody else. */
  beforeEach(async () => {
    store = new NotingStore();
    event = await testEvent(EventRoom, { store, config: { gracePeriodMs: 5000 } });
    witness = await event.join("witness", stock);
    const bystander = await event.join("bystander", stock);
    ann = await event.join("ann", stock);
    witness.forget();
    await event.holdStore();
    await bystander.drop();
    store.commits = [];
  });
  afterEach(() => event.close());

  const statusOf = () => event.room.participants.get("ann")?.status;
  const story = () => witness.saw().filter((seen) => "device_id" in seen && seen.device_id === "ann");

  it("[E2] a drop and the return from it are both told, to everyone, once and in order", async () => {
    await ann.drop();
    expect(statusOf()).to.equal("temporarily_disconnected");
    ann.forget();
    const again = ann.return();
    await event.settle();
    expect(statusOf(), "the return is decided").to.equal("connected");
    expect(story()).to.deep.equal([]);
    await event.releaseStore();
    await again;
    expect(ann.saw("participant_reconnected")).to.deep.equal([back]);
    expect(story()).to.deep.equal([away, back]);
    const together = store.commits.filter((commit) =>
      commit.some(({ upserts }) => upserts.some(({ record }) => record.deviceId === "ann")),
    );
    expect(together, "both were in one commit").to.have.length(1);
  });

  it("[E2] [S12] so are a drop and a kick, and then nothing of the return that came too late", async () => {
    await ann.drop();
    expect(statusOf()).to.equal("temporarily_disconnected");
    expect(event.room.participants.kick("ann")).to.equal(true);
    const late = ann.return().catch((error: unknown) => error);
    await event.settle();
    expect(ann.closedWith, "its token is refused").to.equal(4003);
    await event.releaseStore();
    expect(await late, "and so is its join").to.include({ code: 403, reason: "kicked" });
    expect(story()).to.deep.equal([away, left("kicked")]);
    expect(witness.roster.ann).to.equal(undefined);
  });

  it("[E2] [S16] so are a leave and the join of the same device after it, with the new seat in the state", async () => {
    const before = event.room.participants.get("ann")?.joinedAt as number;
    await event.advance(1);
    await ann.leave();
    expect(statusOf(), "the leave is decided").to.equal(undefined);
    const again = event.join("ann", stock);
    await event.settle();
    expect(statusOf(), "the join is decided").to.equal("connected");
    expect(story()).to.deep.equal([]);
    await event.releaseStore();
    await again;
    expect(story()).to.deep.equal([left("consented"), joined]);
    expect(witness.roster.ann?.joined_at).to.be.greaterThan(before);
  });
});
