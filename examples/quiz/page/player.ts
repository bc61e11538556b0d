// The page of somebody who plays.
import { joinEvent } from "holdfast/client";
import { showConnection } from "../../common/connection.ts";
import { byId, element, fieldOf, say } from "../../common/dom.ts";
import type { quiz } from "../state.ts";
import { showRound } from "./round.ts";

const form = byId("join", HTMLFormElement);
const playsCard = byId("plays-card", HTMLInputElement);

/** For a page that is loaded again: the seat is there, and nobody is asked for a name a second time. */
const remembered = "holdfast-example:quiz";

form.addEventListener("submit", (event) => {
  event.preventDefault();
  localStorage.setItem(remembered, fieldOf(form, "name"));
  play(fieldOf(form, "name"));
});
const before = localStorage.getItem(remembered);
if (before !== null) play(before);

function play(displayName: string): void {
  const session = joinEvent<typeof quiz>({ url: location.origin, eventId: "quiz", displayName });
  form.hidden = true;
  byId("game").hidden = false;
  showConnection(session, byId("connection"));
  showRound(session);

  let drawn = "";
  session.on("state", ({ phase, round, choices, right }) => {
    const me = session.roster.get(session.deviceId)?.own;
    const isOpen = phase === "asking" && me?.has_answered === false;
    byId("card").hidden = me?.card !== "double" || !isOpen;
    // Buttons are made anew only when something about them has changed: a press is not lost under a finger.
    const next = JSON.stringify([phase, round, right, me?.answer]);
    if (next === drawn) return;
    drawn = next;
    const buttons = phase === "lobby" || phase === "over" ? [] : [...choices];
    byId("choices").replaceChildren(
      ...buttons.map((text, choice) => {
        const mark = choice === right ? "✓ " : choice === me?.answer ? "• " : "";
        const button = element("button", `${mark}${text}`);
        button.disabled = !isOpen;
        button.setAttribute("aria-pressed", String(choice === me?.answer));
        button.addEventListener("click", () => answer(round, choice));
        return button;
      }),
    );
  });

  function answer(round: number, choice: number): void {
    for (const button of byId("choices").querySelectorAll("button")) button.disabled = true;
    const plays_card = playsCard.checked;
    playsCard.checked = false;
    say(byId("news"), "");
    // Kept until the room has it: over a drop, a reload of this page, and a restart of the server.
    session
      .publish("answer", { round, choice, plays_card })
      .catch((error: Error) => say(byId("news"), error.message));
  }
}
