// The page of the host, who asks the questions. It has no seat.
import { joinEvent } from "holdfast/client";
import { showConnection } from "../../common/connection.ts";
import { byId, element, say } from "../../common/dom.ts";
import { hostToken } from "../../common/host.ts";
import type { quiz } from "../state.ts";
import { showRound } from "./round.ts";

const token = await hostToken();
if (token === undefined)
  say(byId("connection"), "Open the link that the server has printed when it started.");
else host(token);

function host(sessionToken: string): void {
  const session = joinEvent<typeof quiz>({
    url: location.origin,
    eventId: "quiz",
    role: "observer",
    sessionToken,
  });
  showConnection(session, byId("connection"));
  showRound(session);
  const next = byId("next", HTMLButtonElement);
  next.addEventListener("click", () => {
    session.request("next").catch((error: Error) => say(byId("news"), error.message));
  });
  session.on("state", ({ phase, round, rounds, choices, right }) => {
    next.disabled = phase === "asking" || phase === "over";
    say(next, phase === "result" && round === rounds ? "End the quiz" : "Next question");
    const items = [...choices].map((text, choice) => element("li", choice === right ? `${text} ✓` : text));
    byId("choices").replaceChildren(...items);
  });
}
