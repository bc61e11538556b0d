// The page of the host, who opens rounds and judges answers. It has no seat.
import { joinEvent } from "holdfast/client";
import { showConnection } from "../../common/connection.ts";
import { byId, everyQuarterSecond, say } from "../../common/dom.ts";
import { hostToken } from "../../common/host.ts";
import { showPeople } from "../../common/people.ts";
import type { game } from "../state.ts";
import { newsOf, scoreOf } from "./words.ts";

const token = await hostToken();
if (token === undefined)
  say(byId("connection"), "Open the link that the server has printed when it started.");
else host(token);

function host(sessionToken: string): void {
  const session = joinEvent<typeof game>({
    url: location.origin,
    eventId: "buzzer",
    role: "observer",
    sessionToken,
  });
  showConnection(session, byId("connection"));
  showPeople(session, byId("people"), ({ own }) => own.team);
  everyQuarterSecond(() => say(byId("score"), scoreOf(session)));

  const ask = (type: string, payload?: object) => () =>
    void session.request(type, payload).catch((error: Error) => say(byId("news"), error.message));
  const buttons = {
    open: byId("open", HTMLButtonElement),
    right: byId("right", HTMLButtonElement),
    wrong: byId("wrong", HTMLButtonElement),
  };
  buttons.open.addEventListener("click", ask("open"));
  buttons.right.addEventListener("click", ask("judge", { is_right: true }));
  buttons.wrong.addEventListener("click", ask("judge", { is_right: false }));
  session.on("state", ({ phase }) => {
    say(byId("news"), newsOf(session));
    buttons.open.disabled = phase !== "closed";
    buttons.right.disabled = buttons.wrong.disabled = phase !== "answering";
  });
}
