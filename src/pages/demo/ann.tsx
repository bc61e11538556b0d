// Ann's phone: a question, what she answers, and the truth about her connection.
import { useEffect, useReducer } from "preact/hooks";
import type { EventSession } from "../../client/index.ts";
import { type demoQuiz, questionOf } from "../../demo/state.ts";
import { t, type Words } from "../languages/words.ts";

type Session = EventSession<typeof demoQuiz>;

/** Renders again with every change of a session. */
export function useChanges(session: Session): void {
  const [, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const stops = (["status", "roster", "state", "outage"] as const).map((type) =>
      session.on(type, () => again(0)),
    );
    const poll = setInterval(again, 500, 0); // what is on its way has no event
    return () => {
      for (const stop of stops) stop();
      clearInterval(poll);
    };
  }, [session]);
}

function statusOf({ status }: Session, isDark: boolean): Words {
  if (status === "connected") return "demo.status.here";
  if (status === "left" || status === "failed") return "demo.status.gone";
  if (isDark) return "demo.status.dark";
  return status === "connecting" ? "demo.status.connecting" : "demo.status.returning";
}

interface AnnProps {
  readonly session: Session;
  readonly isDark: boolean;
  /** Answers given on this phone, whether the server knows of them or not. */
  readonly answered: number;
  readonly onAnswer: (question: number, choice: number) => void;
}

export function Ann({ session, isDark, answered, onAnswer }: AnnProps) {
  useChanges(session);
  const { a, b, choices } = questionOf(answered);
  const score = session.roster.get(session.deviceId)?.own.score ?? 0;
  const pending = session.pendingPublishes;
  return (
    <main class="demo-phone" aria-label={t("demo.ann")} data-dark={isDark || session.status !== "connected"}>
      <p class="demo-status" role="status" data-test="demo-status" data-status={session.status}>
        {t(statusOf(session, isDark))}
      </p>
      <p class="demo-score" data-test="demo-score">
        {t("demo.score", { n: score })}
      </p>
      <h1 class="demo-question">{t("demo.question", { a, b })}</h1>
      <div class="demo-choices">
        {choices.map((choice, i) => (
          <button
            key={i} // the focus stays in its place when the next question comes
            type="button"
            class="button is-wide"
            data-test={`choice-${i}`}
            onClick={() => onAnswer(answered, i)}
          >
            {choice}
          </button>
        ))}
      </div>
      <p class="demo-pending" data-test="demo-pending" role="status">
        {pending > 0 ? t("demo.pending", { n: pending }) : ""}
      </p>
    </main>
  );
}
