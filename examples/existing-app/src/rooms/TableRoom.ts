// A plain Colyseus room, as it was before Holdfast came: up to four people at a table. Nothing in it has changed, and
// Holdfast is not concerned with it: whoever loses its connection has lost its place, unless this room held it itself.
import { schema, type SchemaType, t } from "@colyseus/schema";
import { type Client, Room } from "colyseus";

export const TableState = schema({ dish: t.string().default("soup"), guests: t.map("string") }, "TableState");
export type TableState = SchemaType<typeof TableState>;

export class TableRoom extends Room<{ state: TableState }> {
  override maxClients = 4;
  override state = new TableState();

  override messages = {
    order: (client: Client, dish: unknown) => {
      if (typeof dish === "string") this.state.dish = dish.slice(0, 40);
      client.send("ordered", this.state.dish);
    },
  };

  override onJoin(client: Client, options: { name?: unknown } = {}): void {
    const name = typeof options.name === "string" ? options.name.slice(0, 64) : "";
    this.state.guests.set(client.sessionId, name);
  }

  override onLeave(client: Client): void {
    this.state.guests.delete(client.sessionId);
  }
}
