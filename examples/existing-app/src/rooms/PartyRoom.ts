// The new one: a party as an event. Who drops out keeps its seat, and what is kept with it.
import { type Client, defineEventState, EventRoom, t } from "holdfast";

export const party = defineEventState({
  participant: { toasts: t.number().default(0) },
  event: { toasts: t.number().default(0) },
});

export class PartyRoom extends EventRoom<typeof party> {
  override schema = party;

  override messages = {
    toast: (client: Client) => {
      const guest = this.participantOf(client); // undefined for an observer
      if (guest === undefined) return;
      guest.toasts += 1;
      this.state.toasts += 1;
      this.announce("toast", { by: guest.display_name, count: this.state.toasts });
    },
  };
}
