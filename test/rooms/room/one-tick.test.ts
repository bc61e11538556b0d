// What happens to a seat twice before the next patch is told twice. The store stands still while both are decided, so
// that they fall into one commit and one patch; an announcement that is left out is seen here, however quick it all was.
import { expect } from "chai";
import type { EventBatch } from "../../../src/store/seat-store.ts";
import { MemoryStore } from "../../../src/store/memory-store.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { identity, newEvent, Phone } from "../../../harness/clients/phone.ts";
import { RawClient } from "../../../harness/clients/raw-client.ts";
import { until } from "../../../harness/wait.ts";

const joined = "participant_joined";
const away = "participant_temporarily_disconnected{connection_lost}";
const back = "participant_reconnected";

/** A store whose commits wait until it is told to go on. */
class StandingStore extends MemoryStore {
  commits: (readonly EventBatch[])[] = [];
  /** Commits that have begun and wait. */
  waiting = 0;
  #goOn: (() => void) | undefined;
  standing: Promise<void> | undefined;

  stand(): void {
    this.standing = new Promise((resolve) => (this.#goOn = resolve));
  }

  goOn(): void {
    this.#goOn?.();
    this.standing = undefined;
  }

  override async commit(batches: readonly EventBatch[]): Promise<void> {
    this.waiting += 1;
    await this.standing;
    this.waiting -= 1;
    this.commits.push(batches);
    return super.commit(batches);
  }
}

describe("disconnect tracking: twice in one tick", () => {
  const store = new StandingStore();
  let app: TestApp;
  before(async () => {
    app = await startApp({ store, config: { gracePeriodMs: 5000 } });
  });
  afterEach(() => store.goOn());
  after(() => app.close());

  /** A witness, a participant, and a store that stands still with a commit about somebody else. */
  async function standing() {
    const event = newEvent();
    const [me, other] = [identity(event), identity(event)];
    const witness = await Phone.join(app.url, identity(event));
    const bystander = await RawClient.join(app.url, other);
    const raw = await RawClient.join(app.url, me);
    await witness.hears(joined, me.device_id);
    witness.forget();
    store.stand();
    bystander.socket.terminate();
    await until("a commit that waits", () => store.waiting === 1);
    store.commits = [];
    const participants = () => {
      const { participants: all } = app.room(event) as NonNullable<ReturnType<TestApp["room"]>>;
      return { info: all.get(me.device_id), kick: () => all.kick(me.device_id) };
    };
    return { me, id: me.device_id, witness, raw, participants };
  }
  const isAway = ({ info }: { info: { status: string } | undefined }) =>
    info?.status === "temporarily_disconnected";

  it("[E2] a drop and the return from it are both told, to everyone, once and in order", async () => {
    const { id, witness, raw, participants } = await standing();
    raw.socket.terminate();
    await until("the drop is noticed", () => isAway(participants()));
    const again = raw.reconnect(app.url);
    await until("the return is decided", () => again.token !== undefined && !isAway(participants()));
    expect(witness.story(id)).to.deep.equal([]);
    store.goOn();
    await until("the one who came back is told", () => again.count(back) === 1);
    await witness.hears(back, id);
    expect(witness.story(id)).to.deep.equal([away, back]);
    const together = store.commits.filter((commit) =>
      commit.some(({ upserts }) => upserts.some(({ record }) => record.deviceId === id)),
    );
    expect(together, "both were in one commit").to.have.length(1);
  });

  it("[E2] [S12] so are a drop and a kick, and then nothing of the return that came too late", async () => {
    const { id, witness, raw, participants } = await standing();
    raw.socket.terminate();
    await until("the drop is noticed", () => isAway(participants()));
    expect(participants().kick()).to.equal(true);
    const late = raw.reconnect(app.url);
    await until("the return is refused", () => late.closedWith === 4003);
    store.goOn();
    await witness.hears("participant_left", id);
    expect(witness.story(id)).to.deep.equal([away, "participant_left{kicked}"]);
    expect(witness.sees(id)).to.equal(undefined);
  });

  it("[E2] [S16] so are a leave and the join of the same device after it, with the new seat in the state", async () => {
    const { id, me, witness, raw, participants } = await standing();
    const before = participants().info?.joinedAt as number;
    raw.leave();
    await until("the leave is decided", () => participants().info === undefined);
    const again = RawClient.join(app.url, me);
    await until("the join is decided", () => participants().info !== undefined);
    store.goOn();
    await again;
    await witness.hears(joined, id);
    expect(witness.story(id)).to.deep.equal(["participant_left{consented}", joined]);
    expect(witness.sees(id)?.joined_at).to.be.greaterThan(before);
  });
});
