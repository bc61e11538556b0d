// The page of somebody who is taught.
import { joinEvent } from "holdfast/client";
import { showConnection } from "../../common/connection.ts";
import { byId, fieldOf, say } from "../../common/dom.ts";
import { showPeople } from "../../common/people.ts";
import type { lesson } from "../state.ts";

const form = byId("join", HTMLFormElement);
const hand = byId("hand", HTMLButtonElement);

/** For a page that is loaded again: the seat is there, and nobody is asked for a name a second time. */
const remembered = "holdfast-example:classroom";

form.addEventListener("submit", (event) => {
  event.preventDefault();
  localStorage.setItem(remembered, fieldOf(form, "name"));
  comeIn(fieldOf(form, "name"));
});
const before = localStorage.getItem(remembered);
if (before !== null) comeIn(before);

function comeIn(displayName: string): void {
  const session = joinEvent<typeof lesson>({
    url: location.origin,
    eventId: "lesson",
    displayName,
    mustExist: true, // the school opens lessons, and no pupil who has mistyped one
  });
  form.hidden = true;
  byId("lesson").hidden = false;
  showConnection(session, byId("connection"));
  showPeople(session, byId("people"), ({ own }) => (own.has_hand_up ? "✋ hand up" : "here"));
  session.on("state", ({ topic }) => {
    say(byId("topic"), topic);
    const isUp = session.roster.get(session.deviceId)?.own.has_hand_up === true;
    hand.setAttribute("aria-pressed", String(isUp));
    say(hand, isUp ? "Lower your hand" : "Raise your hand");
  });
  hand.addEventListener("click", () => {
    const isUp = hand.getAttribute("aria-pressed") === "true";
    session.publish("hand", { is_up: !isUp }).catch((error: Error) => say(byId("connection"), error.message));
  });
  byId("leave").addEventListener("click", () => {
    localStorage.removeItem(remembered);
    void session.leave();
  });
}
