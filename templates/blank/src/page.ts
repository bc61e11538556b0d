// The page: joins the event, draws what it is told, publishes what somebody does. npm run build makes public/page.js.
import { type EventSession, joinEvent } from "holdfast/client";
import type { mine } from "./state.ts";

type Session = EventSession<typeof mine>;

/** /?event=friday is another event than /?event=saturday, with other people. */
const eventId = new URLSearchParams(location.search).get("event") ?? "main";
const nameKey = "name";

function element<E extends HTMLElement = HTMLElement>(id: string): E {
  return document.getElementById(id) as E;
}
const nameInput = element<HTMLInputElement>("name");

element<HTMLFormElement>("join").addEventListener("submit", (event) => {
  event.preventDefault();
  localStorage.setItem(nameKey, nameInput.value.trim());
  enter(nameInput.value.trim());
});

// Who loads the page again is back in its seat, and is not asked for its name again.
const knownName = localStorage.getItem(nameKey);
if (knownName !== null) enter(knownName);

function enter(displayName: string): void {
  element("join").hidden = true;
  element("play").hidden = false;
  const session: Session = joinEvent<typeof mine>({ url: location.origin, eventId, displayName });
  session.on("state", ({ waves }) => {
    element("waves").textContent = `Waves so far: ${waves}`;
  });
  session.on("announcement", ({ type, payload }) => {
    if (type === "waved") element("note").textContent = `${(payload as { by: string }).by} waves.`;
  });
  element("wave").addEventListener("click", () => {
    // Once, whatever the network does; it rejects with a sentence where it cannot be.
    session.publish("wave", null).catch((error: Error) => {
      element("note").textContent = error.message;
    });
  });
  session.on("roster", () => draw(session));
  session.on("status", () => draw(session));
  setInterval(() => draw(session), 1000);
}

function draw(session: Session): void {
  const { roster, state } = session;
  // Counted down by the server's clock, never by this device's.
  const secondsTo = (instant: number) => Math.max(0, Math.ceil((instant - session.serverNow()) / 1000));
  const rows = [...roster.values()].map(({ displayName, isMe, status, graceExpiresAt, own }) => {
    const row = document.createElement("li");
    const isAway = status === "temporarily_disconnected";
    row.classList.toggle("away", isAway);
    const [name, note] = [document.createElement("span"), document.createElement("span")];
    name.textContent = `${displayName}${isMe ? " (you)" : ""}`; // text, never HTML: somebody has typed it
    note.textContent = isAway ? `away, seat kept for ${secondsTo(graceExpiresAt)} s` : `${own.waves}`;
    row.append(name, note);
    return row;
  });
  element("players").replaceChildren(...rows);
  const banner = element("banner");
  banner.hidden = state.status === "connected";
  if (state.status === "connecting") banner.textContent = "Joining ...";
  else if (state.outage !== undefined)
    banner.textContent = `Connection lost: your seat is kept for ${secondsTo(state.outage.seatUntil)} s. Trying again ...`;
  else banner.textContent = state.sentence ?? "";
}
