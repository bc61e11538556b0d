// The page: joins the event, draws what it is told, publishes what the player decides. npm run build makes public/page.js.
import { type EventSession, joinEvent, PublishError } from "holdfast/client";
import type { quiz } from "./state.ts";

type Session = EventSession<typeof quiz>;

/** /?event=friday is another event than /?event=saturday, with other players. */
const eventId = new URLSearchParams(location.search).get("event") ?? "quiz";
const nameKey = "name";

function element<E extends HTMLElement = HTMLElement>(id: string): E {
  return document.getElementById(id) as E;
}
const form = element<HTMLFormElement>("join");
const nameInput = element<HTMLInputElement>("name");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  localStorage.setItem(nameKey, nameInput.value.trim());
  play(nameInput.value.trim());
});

// Who loads the page again is back in its seat, and is not asked for its name again.
const knownName = localStorage.getItem(nameKey);
if (knownName !== null) play(knownName);

function play(displayName: string): void {
  form.hidden = true;
  element("play").hidden = false;
  const session: Session = joinEvent<typeof quiz>({ url: location.origin, eventId, displayName });
  session.on("state", () => draw(session));
  session.on("roster", () => draw(session));
  session.on("status", () => drawStatus(session));
  session.on("announcement", ({ type }) => {
    if (type === "shown") element("note").textContent = "";
  });
  setInterval(() => drawTimes(session), 250);
}

/** The choice that was made on this page: others' are sent to nobody. */
let mine: { readonly number: number; readonly choice: number } | undefined;

async function choose(session: Session, number: number, choice: number): Promise<void> {
  mine = { number, choice };
  element("note").textContent = "Sending ...";
  draw(session);
  try {
    await session.publish("answer", mine); // once, whatever the network does; it resolves when it is stored
    element("note").textContent = "Your answer is in.";
  } catch (error) {
    if (!(error instanceof PublishError)) throw error;
    element("note").textContent = error.message;
  }
}

/** Which question's buttons are there. */
let drawn: number | undefined;

function draw(session: Session): void {
  const { roomState: state, roster, deviceId } = session;
  if (state === undefined) return;
  element("question").textContent = state.question;
  const { number } = state;
  if (drawn !== number) {
    drawn = number;
    element("choices").replaceChildren(...state.choices.split("\n").map((text) => buttonOf(text)));
    for (const [choice, button] of buttons().entries())
      button.addEventListener("click", () => void choose(session, number, choice));
  }
  const hasAnswered = mine?.number === state.number || roster.get(deviceId)?.own.answered === state.number;
  for (const [choice, button] of buttons().entries()) {
    button.disabled = state.phase !== "asking" || hasAnswered;
    button.classList.toggle("mine", mine?.number === state.number && mine.choice === choice);
    button.classList.toggle("right", state.right === choice);
    button.classList.toggle("wrong", state.right >= 0 && state.right !== choice);
  }
  drawPlayers(session);
  drawTimes(session);
}

const buttons = () => document.querySelectorAll<HTMLButtonElement>("#choices button");

function buttonOf(text: string): HTMLButtonElement {
  const button = document.createElement("button");
  button.textContent = text; // text, never HTML: what somebody has typed may be anything
  return button;
}

function drawPlayers({ roster }: Session): void {
  const everyone = [...roster.values()].toSorted(
    (a, b) => b.own.score - a.own.score || a.joinedAt - b.joinedAt,
  );
  const rows = everyone.map(({ displayName, isMe, status, graceExpiresAt, own }) => {
    const [row, name, score] = ["li", "span", "span"].map((tag) => document.createElement(tag));
    if (row === undefined || name === undefined || score === undefined) return "";
    name.textContent = `${displayName}${isMe ? " (you)" : ""}`;
    score.textContent = String(own.score);
    if (status === "temporarily_disconnected") {
      row.className = "away";
      score.dataset.until = String(graceExpiresAt);
      score.dataset.score = String(own.score);
    }
    row.append(name, score);
    return row;
  });
  element("players").replaceChildren(...rows);
}

/** What changes without news: counted down by the server's clock, never by this device's. */
function drawTimes(session: Session): void {
  const secondsTo = (instant: number) => Math.max(0, Math.ceil((instant - session.serverNow()) / 1000));
  const state = session.roomState;
  element("clock").textContent = state?.phase === "asking" ? String(secondsTo(state.ends_at)) : "";
  for (const each of document.querySelectorAll<HTMLElement>("[data-until]"))
    each.textContent = `away, seat kept for ${secondsTo(Number(each.dataset.until))} s · ${each.dataset.score}`;
  drawStatus(session);
}

function drawStatus(session: Session): void {
  const { status, sentence, outage } = session.state;
  const banner = element("banner");
  banner.hidden = status === "connected";
  if (status === "connecting") banner.textContent = "Joining ...";
  else if (status === "reconnecting" && outage !== undefined) {
    const seconds = Math.max(0, Math.ceil((outage.seatUntil - session.serverNow()) / 1000));
    banner.textContent = `Connection lost: your seat is kept for ${seconds} s. Trying again ...`;
  } else banner.textContent = sentence ?? "";
}
