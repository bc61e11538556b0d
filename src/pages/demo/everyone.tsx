// Somebody else's phone: everyone in the quiz, as the room tells it; beside it, when asked, what an ordinary room would.
import { useMemo } from "preact/hooks";
import type { EventSession } from "../../client/index.ts";
import type { demoQuiz } from "../../demo/state.ts";
import { nameOf } from "../core/person.ts";
import { t } from "../languages/words.ts";
import { SecondsLeft, Seat } from "../ui/seat.tsx";
import { useChanges } from "./ann.tsx";
import { OrdinaryRoom } from "./ordinary.ts";

interface EveryoneProps {
  readonly session: EventSession<typeof demoQuiz>;
  readonly isOrdinaryShown: boolean;
}

export function Everyone({ session, isOrdinaryShown }: EveryoneProps) {
  useChanges(session);
  const room = useMemo(() => new OrdinaryRoom(), []);
  const people = [...session.roster.values()].filter(({ isMe }) => !isMe);
  const ordinary = room.update(
    people.map(({ deviceId, status, own }) => ({
      deviceId,
      isAway: status !== "connected",
      score: own.score,
    })),
  );
  return (
    <main class="demo-phone" aria-label={t("demo.everyone")} data-dark={session.status !== "connected"}>
      <h1 class="demo-list-title">{isOrdinaryShown ? t("demo.ordinary.title") : t("demo.everyone")}</h1>
      <ul class="demo-list">
        {people.map((person, i) => {
          const other = ordinary[i];
          const isAway = person.status !== "connected";
          const hasLeft = isOrdinaryShown && other?.hasLeft === true;
          const kind = hasLeft ? "left" : isAway && !isOrdinaryShown ? "away" : "connected";
          const countdown = { since: person.disconnectedAt, until: person.graceExpiresAt };
          const score = isOrdinaryShown ? (other?.score ?? 0) : person.own.score;
          return (
            <li key={person.deviceId} data-test="demo-person" data-name={person.displayName} data-kind={kind}>
              <Seat person={person} kind={kind} countdown={kind === "away" ? countdown : undefined} />
              <bdi>{nameOf(person)}</bdi>
              <span class="demo-person-state">
                {kind === "left" && t("demo.left")}
                {kind === "away" && (
                  <>
                    {t("demo.away")} <SecondsLeft until={person.graceExpiresAt} />
                  </>
                )}
                {kind === "connected" && t("demo.score", { n: score })}
              </span>
            </li>
          );
        })}
      </ul>
    </main>
  );
}
