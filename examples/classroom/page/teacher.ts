// The teacher's page: a host's. It watches, has no seat, and is nobody in the register.
import { joinEvent } from "holdfast/client";
import { showConnection } from "../../common/connection.ts";
import { byId, element, say } from "../../common/dom.ts";
import { hostToken } from "../../common/host.ts";
import { showPeople } from "../../common/people.ts";
import type { Attendance, lesson, RegisterRow } from "../state.ts";

const token = await hostToken();
if (token === undefined)
  say(byId("connection"), "Open the link that the server has printed when it started.");
else teach(token);

function teach(sessionToken: string): void {
  const session = joinEvent<typeof lesson>({
    url: location.origin,
    eventId: "lesson",
    role: "observer",
    sessionToken,
  });
  showConnection(session, byId("connection"));
  showPeople(session, byId("people"), ({ own }) => (own.has_hand_up ? "✋ hand up" : "here"));
  session.on("state", ({ topic }) => say(byId("topic"), topic));

  let csvUrl = "";
  async function readRegister(): Promise<void> {
    if (session.status !== "connected") return;
    const { rows, csv } = await session.request<Attendance>("attendance");
    byId("register").replaceChildren(...rows.map(rowOf));
    URL.revokeObjectURL(csvUrl);
    csvUrl = URL.createObjectURL(new Blob([csv], { type: "text/csv" }));
    byId("csv", HTMLAnchorElement).href = csvUrl;
  }
  const read = () => void readRegister().catch((error: Error) => say(byId("news"), error.message));
  session.on("roster", read);
  session.on("returned", read);
  setInterval(read, 5000); // minutes pass
}

function rowOf(row: RegisterRow): HTMLElement {
  const { name, is_expected, is_here, came_at, left_at, times_away, away_ms, here_ms } = row;
  const gone = came_at === 0 ? "missing" : left_at > 0 ? "has left" : "away";
  return element(
    "tr",
    element("td", element("span", name), is_expected ? "" : " (not on the list)"),
    element("td", is_here ? "here" : gone),
    element("td", lengthOf(here_ms)),
    element("td", times_away === 0 ? "" : `${times_away} ×, ${lengthOf(away_ms)}`),
  );
}

const lengthOf = (ms: number) =>
  ms < 60_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
