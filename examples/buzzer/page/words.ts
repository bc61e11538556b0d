// How the game stands, in a sentence: the same for players and the host.
import type { EventSession } from "holdfast/client";
import { secondsUntil } from "../../common/dom.ts";
import { nameOf } from "../../common/people.ts";
import type { game } from "../state.ts";

type Session = EventSession<typeof game>;

export function newsOf({ roomState, roster, deviceId }: Session): string {
  if (roomState === undefined) return "";
  const { phase, round, answering } = roomState;
  if (phase === "closed") return round === 0 ? "The host opens the first round." : "The round is over.";
  if (phase === "open") return `Round ${round} is open.`;
  const who = roster.get(answering);
  return answering === deviceId ? "You were first. Answer!" : `${who ? nameOf(who) : "Somebody"} answers.`;
}

export function scoreOf(session: Session): string {
  const { roomState } = session;
  if (roomState === undefined) return "";
  const leftS = secondsUntil(roomState.answer_until, session.serverNow());
  const clock = roomState.phase === "answering" ? `. ${leftS} s for the answer` : "";
  return `Red ${roomState.red} : ${roomState.blue} Blue${clock}`;
}
