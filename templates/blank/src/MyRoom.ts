// The room: one object of this class is one event. Who is here, away or back is Holdfast's business; the rest is yours.
import { EventRoom } from "holdfast";
import { z } from "zod";
import { mine } from "./state.ts";

export class MyRoom extends EventRoom<typeof mine> {
  override schema = mine;

  override onEventOpened(): void {
    // Taken once and in order, over drops, reloads and restarts.
    this.onPublish("wave", z.null(), (participant) => {
      participant.waves += 1;
      this.state.waves += 1;
      this.announce("waved", { by: participant.display_name });
    });
  }
}
