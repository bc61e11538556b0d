// The demo's room: an event where everyone can cheer, and each cheer counts once whatever the network does.
import { z } from "zod";
import { defineEventState, EventRoom, t } from "../../src/holdfast.ts";

const party = defineEventState({ participant: { cheers: t.number().default(0) } });

export class DemoRoom extends EventRoom<typeof party> {
  override schema = party;

  override onEventOpened(): void {
    this.onPublish("cheer", z.unknown(), (from) => {
      from.cheers += 1;
    });
  }
}
