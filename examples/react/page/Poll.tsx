/** @jsxImportSource react */
import { useState } from "react";
import {
  useAnnouncement,
  useEventState,
  useMe,
  usePendingPublishes,
  usePublish,
  useRoster,
  useServerCountdown,
} from "./event.ts";

/** The poll that is on. Renders again when the poll changes, when a count does, and each second; not for who comes or drops. */
export function Poll() {
  const poll = useEventState(({ number, question, options, ends_at }) => ({
    number,
    question,
    options,
    ends_at,
  }));
  const counts = useRoster((roster) => {
    const votes = [...roster.values()].map(({ own }) => own.vote);
    return poll?.options.map((_, option) => votes.filter((vote) => vote === option).length) ?? [];
  });
  const mine = useMe()?.own.vote;
  const leftMs = useServerCountdown(poll?.ends_at);
  const isUnsent = usePendingPublishes() > 0;
  const publish = usePublish();
  const [news, setNews] = useState("");

  // Also what was decided while this page had no connection, once.
  useAnnouncement<{ question: string; decided: string }>("decided", ({ question, decided }) =>
    setNews(`${question} Decided: ${decided}.`),
  );

  if (poll === undefined) return null;
  const vote = (option: number) =>
    publish("vote", { number: poll.number, option }).catch((error: Error) => setNews(error.message));
  return (
    <section aria-labelledby="question">
      <h2 id="question">{poll.question}</h2>
      <p>
        {(leftMs ?? 0) / 1000} s <span role="status">{news}</span> {isUnsent && "Your vote is on its way."}
      </p>
      <div className="row">
        {poll.options.map((text, option) => (
          <button key={text} type="button" aria-pressed={mine === option} onClick={() => void vote(option)}>
            {mine === option ? "✓ " : ""}
            {text} ({counts[option] ?? 0})
          </button>
        ))}
      </div>
    </section>
  );
}
