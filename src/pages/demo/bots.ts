// The others in Ann's quiz: real participants with sessions of their own, who answer now and then.
import { joinEvent } from "../../client/index.ts";
import { type demoQuiz, questionOf } from "../../demo/state.ts";
import { MemoryStorage } from "./kept-in-memory.ts";

const names = ["Bilal", "Chidi", "Dora"];
/** Slow enough that Ann can win. */
const answerEveryMs = 4000;

/** Lets them in. */
export function letBotsIn(url: string, eventId: string): void {
  for (const [i, displayName] of names.entries()) {
    const session = joinEvent<typeof demoQuiz>({ url, eventId, displayName, storage: new MemoryStorage() });
    session.joined().catch(() => {}); // the demo goes on without
    setInterval(
      () => {
        const me = session.roster.get(session.deviceId);
        if (session.status !== "connected" || me === undefined || session.pendingPublishes > 0) return;
        const question = me.own.answered;
        const { right } = questionOf(question);
        const choice = (question + i) % 3 === 0 ? (right + 1) % 3 : right;
        session.publish("answer", { question, choice }).catch(() => {});
      },
      answerEveryMs + i * 700,
    );
  }
}
