// One page in two rooms: a table, by the stock SDK as before, and the party, by Holdfast's client.
import { Client, type RoomAvailable } from "@colyseus/sdk";
import { joinEvent } from "holdfast/client";
import { showConnection } from "../../common/connection.ts";
import { byId, fieldOf, say } from "../../common/dom.ts";
import { showPeople } from "../../common/people.ts";
import type { TableState } from "../src/rooms/TableRoom.ts";

const form = byId("join", HTMLFormElement);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  form.hidden = true;
  byId("rooms").hidden = false;
  const name = fieldOf(form, "name");
  goToParty(name);
  sitDown(name).catch((error: Error) => say(byId("table-connection"), error.message));
});

async function sitDown(name: string): Promise<void> {
  const client = new Client(location.origin);
  const lobby = await client.joinOrCreate("lobby");
  const tables = new Set<string>();
  const count = () => say(byId("tables"), String(tables.size));
  lobby.onMessage("rooms", (rooms: RoomAvailable[]) => {
    for (const { roomId } of rooms) tables.add(roomId);
    count();
  });
  lobby.onMessage("+", ([roomId]: [string]) => {
    tables.add(roomId);
    count();
  });
  lobby.onMessage("-", (roomId: string) => {
    tables.delete(roomId);
    count();
  });

  const table = await client.joinOrCreate<TableState>("table", { dish: "soup", name });
  table.onStateChange((state) => {
    say(byId("dish"), state.dish);
    say(byId("guests"), [...state.guests.values()].join(", "));
  });
  table.onMessage("ordered", () => {});
  table.onDrop(() => say(byId("table-connection"), "The connection is lost."));
  table.onLeave(() => say(byId("table-connection"), "Your place at the table is gone."));
  byId("order").addEventListener("click", () => table.send("order", "bread"));
}

function goToParty(displayName: string): void {
  const session = joinEvent({ url: location.origin, eventId: "party", eventType: "party", displayName });
  showConnection(session, byId("party-connection"));
  showPeople(session, byId("people"), () => "here");
  session.on("announcement", ({ type, payload }) => {
    if (type === "toast") say(byId("news"), toastOf(payload as { by: string; count: number }));
  });
  byId("toast").addEventListener("click", () => session.send("toast"));
}

const toastOf = ({ by, count }: { by: string; count: number }) => `${by} has proposed toast number ${count}.`;
