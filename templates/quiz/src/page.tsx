// The page: joins the event, shows what it is told, publishes what the player decides. npm run build makes public/page.js.
import { PublishError } from "holdfast/client";
import { createEventHooks } from "holdfast/react";
import { memo, StrictMode, type SubmitEvent, useState } from "react";
import { createRoot } from "react-dom/client";
import type { quiz } from "./state.ts";

const {
  EventProvider,
  useAnnouncement,
  useEvent,
  useEventState,
  useMe,
  useParticipant,
  usePublish,
  useRoster,
  useServerCountdown,
} = createEventHooks<typeof quiz>();

/** /?event=friday is another event than /?event=saturday, with other players. */
const eventId = new URLSearchParams(location.search).get("event") ?? "quiz";
const nameKey = "name";

function App() {
  // Who loads the page again is back in its seat, and is not asked for its name again.
  const [name, setName] = useState(() => localStorage.getItem(nameKey));

  function join(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const given = String(new FormData(event.currentTarget).get("name")).trim();
    localStorage.setItem(nameKey, given);
    setName(given);
  }

  if (name !== null)
    return (
      <EventProvider url={location.origin} eventId={eventId} displayName={name}>
        <Banner />
        <main>
          <section>
            <Question />
            <Players />
          </section>
        </main>
      </EventProvider>
    );
  return (
    <main>
      <form onSubmit={join}>
        <h1>Quiz</h1>
        <label>
          Your name
          <input name="name" maxLength={64} autoComplete="nickname" required />
        </label>
        <button>Join</button>
      </form>
    </main>
  );
}

/** How the connection is, in a sentence; nothing while it is good. */
function Banner() {
  const { show, sentence, outage, retry } = useEvent();
  const leftMs = useServerCountdown(outage?.seatUntil) ?? 0;
  if (show === "live") return null;
  return (
    <p id="banner" role="status">
      {show === "joining" && "Joining ..."}
      {show === "stale" && `Connection lost: your seat is kept for ${leftMs / 1000} s. Trying again ...`}
      {show === "over" && (sentence ?? "It is over.")}
      {show === "over" && retry !== undefined && (
        <button type="button" onClick={retry}>
          Come back
        </button>
      )}
    </p>
  );
}

/** What is asked. Renders when that changes, and each second; not for who comes or goes. */
function Question() {
  const state = useEventState(({ number, phase, question, choices, right, ends_at }) => ({
    number,
    phase,
    question,
    choices: choices.split("\n"),
    right,
    ends_at,
  }));
  const answered = useMe()?.own.answered;
  const leftMs = useServerCountdown(state?.ends_at) ?? 0;
  const publish = usePublish();
  /** The choice that was made on this page: others' are sent to nobody. */
  const [mine, setMine] = useState<{ readonly number: number; readonly choice: number }>();
  const [note, setNote] = useState("");
  useAnnouncement("shown", () => setNote(""));
  if (state === undefined) return null;

  async function choose(number: number, choice: number) {
    setMine({ number, choice });
    setNote("Sending ...");
    try {
      await publish("answer", { number, choice }); // once, whatever the network does; it resolves when it is stored
      setNote("Your answer is in.");
    } catch (error) {
      if (!(error instanceof PublishError)) throw error;
      setNote(error.message);
    }
  }

  const { number, right } = state;
  const chosen = mine?.number === number ? mine.choice : undefined;
  const isOver = state.phase !== "asking" || chosen !== undefined || answered === number;
  const classOf = (choice: number) =>
    [
      chosen === choice ? "mine" : "",
      right === choice ? "right" : "",
      right >= 0 && right !== choice ? "wrong" : "",
    ].join(" ");
  return (
    <>
      <p id="clock" aria-hidden="true">
        {state.phase === "asking" && leftMs / 1000}
      </p>
      <h1 aria-live="polite">{state.question}</h1>
      <div id="choices">
        {state.choices.map((text, choice) => (
          <button
            key={`${number} ${text}`}
            type="button"
            className={classOf(choice)}
            disabled={isOver}
            onClick={() => void choose(number, choice)}
          >
            {text}
          </button>
        ))}
      </div>
      <p id="note" role="status">
        {note}
      </p>
    </>
  );
}

/** Everyone, the best first. Renders again when that order changes; a change of one player renders its row alone. */
function Players() {
  const order = useRoster((roster) =>
    [...roster.values()]
      .toSorted((a, b) => b.own.score - a.own.score || a.joinedAt - b.joinedAt)
      .map(({ deviceId }) => deviceId),
  );
  return (
    <>
      <h2>Players</h2>
      <ol id="players">
        {order.map((id) => (
          <Player key={id} id={id} />
        ))}
      </ol>
    </>
  );
}

const Player = memo(function Player({ id }: { readonly id: string }) {
  const player = useParticipant(id);
  // Counted down by the server's clock, never by this device's.
  const leftMs = useServerCountdown(player?.graceExpiresAt) ?? 0;
  if (player === undefined) return null;
  const { displayName, isMe, status, own } = player;
  const isAway = status === "temporarily_disconnected";
  return (
    <li className={isAway ? "away" : ""}>
      <span>
        {displayName}
        {isMe && " (you)"}
      </span>
      <span>{isAway ? `away, seat kept for ${leftMs / 1000} s · ${own.score}` : own.score}</span>
    </li>
  );
});

const root = document.getElementById("root");
if (root === null) throw new Error("The page has no #root");
// StrictMode mounts everything twice in development, and it is one join all the same.
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
