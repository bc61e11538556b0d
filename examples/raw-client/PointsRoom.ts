// The room of the story: whoever publishes points has them, is thanked, and everyone is told.
import { defineEventState, EventRoom, Refusal, t } from "holdfast";
import { z } from "zod";

const points = defineEventState({ participant: { points: t.number().default(0) } });

export class PointsRoom extends EventRoom<typeof points> {
  override schema = points;

  override onEventOpened(): void {
    this.onPublish("points", z.object({ n: z.int() }), (from, { n }) => {
      if (n < 0) throw new Refusal(400, "Points are not taken back");
      from.points += n;
      this.participants.tell(from.device_id, "thanks", { points: from.points });
      this.announce("scored", { device_id: from.device_id, n });
    });
  }
}
