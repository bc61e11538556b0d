// A server whose room writes down what was published, in the order in which it took effect. Otherwise src/index.ts.
import { z } from "zod";
import { createApp, defineEventState, EventRoom, loadConfig, serve, t } from "../../src/holdfast.ts";

const board = defineEventState({
  participant: { count: t.number().default(0) },
  event: { numbers: t.string().default("") },
});

class BoardRoom extends EventRoom<typeof board> {
  override schema = board;

  override onEventOpened(): void {
    this.onPublish("number", z.int(), (from, number) => {
      from.count += 1;
      this.state.numbers += `${number} `;
    });
  }
}

const app = createApp({ room: BoardRoom, config: loadConfig(process.env) });
console.log(`listens on http://127.0.0.1:${await serve(app, process)}`);
