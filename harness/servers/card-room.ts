// A room whose participants have private fields, plain and nested: each sees its own, and nobody else's.
import {
  type Client,
  defineEventState,
  EventRoom,
  type ParticipantOf,
  schema,
  StateView,
  t,
} from "../../src/holdfast.ts";

const Card = schema({ name: t.string() }, "Card");

export const cards = defineEventState({
  participant: {
    team: t.string().default("none"),
    secret: t.string().default("").view(),
    hand: t.array(Card).view(),
    notes: t.map("number").view(),
  },
});
type Player = ParticipantOf<typeof cards>;

export class CardRoom extends EventRoom<typeof cards> {
  override schema = cards;
  /** How each connection came, with whether it had a view already. */
  readonly connected: string[] = [];

  override messages = {
    /** Somebody is dealt a card: everything private of it changes. */
    deal: (_: Client, { device, name }: { device: string; name: string }) => {
      const player = this.state.participants.get(device);
      if (player !== undefined) this.deal(player, name);
    },
  };

  deal(player: Player, name: string): void {
    player.secret = name;
    player.hand.push(new Card({ name }));
    if (player.hand.length > 3) player.hand.shift();
    player.notes.set(name, name.length);
    if (player.notes.size > 2) player.notes.delete([...player.notes.keys()][0] as string);
  }

  override onSeatConnected(player: Player, client: Client, how: string): void {
    this.connected.push(`${how}${client.view === undefined ? "" : " with a view"}`);
    if (client.view !== undefined) return;
    client.view = new StateView();
    client.view.add(player);
    client.view.subscribe(player.hand); // and whatever is put into it later
  }
}
