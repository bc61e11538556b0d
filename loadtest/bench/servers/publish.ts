// Holdfast with a room that takes published messages: one that changes nothing, one that changes the state, and the same
// change refused at its end.
import {
  createApp,
  defineEventState,
  EventRoom,
  loadConfig,
  type ParticipantOf,
  Refusal,
  serve,
  t,
} from "../../../src/holdfast.ts";

const scores = defineEventState({
  participant: { score: t.number().default(0), marks: t.map("number") },
  event: { total: t.number().default(0) },
});

/** Takes whatever comes. */
const anything = { "~standard": { validate: (value: unknown) => ({ value }) } };

class PublishRoom extends EventRoom<typeof scores> {
  override schema = scores;
  override framesPerSecond = 1_000_000;

  override onEventOpened(): void {
    this.onPublish("nothing", anything, () => {});
    this.onPublish("taken", anything, (from) => this.#change(from));
    this.onPublish("refused", anything, (from) => {
      this.#change(from);
      throw new Refusal(400, "No");
    });
  }

  #change(from: ParticipantOf<typeof scores>): void {
    from.score += 1;
    from.marks.set(`mark ${from.score % 4}`, from.score);
    this.state.total += 1;
  }
}

const app = createApp({ room: PublishRoom, config: loadConfig(process.env) });
console.log(`Holdfast listens on http://127.0.0.1:${await serve(app, process)}`);
