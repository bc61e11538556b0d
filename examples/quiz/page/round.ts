// The round as players and the host are both shown it.
import type { EventSession, SessionEvents } from "holdfast/client";
import { byId, everyQuarterSecond, say, secondsUntil } from "../../common/dom.ts";
import { showPeople } from "../../common/people.ts";
import type { quiz } from "../state.ts";

export function showRound(session: EventSession<typeof quiz>): void {
  showPeople(session, byId("people"), ({ own }) => `${own.has_answered ? "✓ " : ""}${own.score}`);
  session.on("state", ({ phase, round, rounds, question }) => {
    const titles = { lobby: "The quiz is about to begin.", over: "The quiz is over." };
    say(
      byId("question"),
      phase === "lobby" || phase === "over" ? titles[phase] : `${round}/${rounds}: ${question}`,
    );
  });
  everyQuarterSecond(() => {
    const endsAt = session.roomState?.ends_at ?? 0;
    say(byId("clock"), endsAt === 0 ? "" : `${secondsUntil(endsAt, session.serverNow())} s`);
  });
  // What was announced while this page had no connection comes when it is back, in the same order.
  session.on("announcement", (announced) => say(byId("news"), newsOf(announced)));
}

function newsOf({ type, payload }: SessionEvents["announcement"]): string {
  if (type === "result") {
    const { right } = payload as { right: string[] };
    return right.length === 0 ? "Nobody was right." : `Right: ${right.join(", ")}.`;
  }
  if (type === "over") return `Won: ${(payload as { winners: string[] }).winners.join(", ")}.`;
  return "";
}
