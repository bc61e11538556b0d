// The page of somebody who plays.
import { type EventSession, joinEvent } from "holdfast/client";
import { showConnection } from "../../common/connection.ts";
import { byId, everyQuarterSecond, fieldOf, say } from "../../common/dom.ts";
import { showPeople } from "../../common/people.ts";
import { type game, type Team } from "../state.ts";
import { newsOf, scoreOf } from "./words.ts";

const form = byId("join", HTMLFormElement);
const buzz = byId("buzz", HTMLButtonElement);

/** Who this is, for a page that is loaded again: the seat is there, so nobody is asked a second time. */
const remembered = "holdfast-example:buzzer";

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const me = { name: fieldOf(form, "name"), team: fieldOf(form, "team") as Team };
  localStorage.setItem(remembered, JSON.stringify(me));
  play(me);
});
const before = localStorage.getItem(remembered);
if (before !== null) play(JSON.parse(before) as { name: string; team: Team });

function play({ name, team }: { name: string; team: Team }): void {
  const session: EventSession<typeof game> = joinEvent<typeof game>({
    url: location.origin,
    eventId: "buzzer",
    displayName: name,
    joinOptions: { team },
  });
  form.hidden = true;
  byId("game").hidden = false;
  showConnection(session, byId("connection"));
  showPeople(session, byId("people"), ({ own }) => own.team);
  everyQuarterSecond(() => say(byId("score"), scoreOf(session)));
  session.on("state", ({ phase }) => {
    say(byId("news"), newsOf(session));
    buzz.disabled = phase !== "open";
  });
  session.onTold("your_turn", () => navigator.vibrate?.(200));
  buzz.addEventListener("click", () => {
    buzz.disabled = true;
    // Kept and sent when there is a connection again; it says for which round it was, in case that is over by then.
    session
      .publish("buzz", { round: session.roomState?.round ?? 0 })
      .catch((error: Error) => say(byId("news"), error.message));
  });
}
