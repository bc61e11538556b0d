// The page: joins the event, shows what it is told, publishes what somebody does. npm run build makes public/page.js.
import { createEventHooks } from "holdfast/react";
import { memo, StrictMode, type SubmitEvent, useState } from "react";
import { createRoot } from "react-dom/client";
import type { mine } from "./state.ts";

const {
  EventProvider,
  useAnnouncement,
  useEvent,
  useEventState,
  useParticipant,
  useParticipantIds,
  usePublish,
  useServerCountdown,
} = createEventHooks<typeof mine>();

/** /?event=friday is another event than /?event=saturday, with other people. */
const eventId = new URLSearchParams(location.search).get("event") ?? "main";
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
            <Waves />
            <People />
          </section>
        </main>
      </EventProvider>
    );
  return (
    <main>
      <form onSubmit={join}>
        <h1>Event</h1>
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

function Waves() {
  const waves = useEventState((state) => state.waves);
  const publish = usePublish();
  const [note, setNote] = useState("");
  useAnnouncement<{ by: string }>("waved", ({ by }) => setNote(`${by} waves.`));
  if (waves === undefined) return null;
  // Once, whatever the network does; it rejects with a sentence where it cannot be.
  const wave = () => publish("wave", null).catch((error: Error) => setNote(error.message));
  return (
    <>
      <h1>Waves so far: {waves}</h1>
      <div id="choices">
        <button type="button" onClick={() => void wave()}>
          Wave
        </button>
      </div>
      <p id="note" role="status">
        {note}
      </p>
    </>
  );
}

/** Everyone. Renders again when somebody comes or goes; a change of one participant renders its row alone. */
function People() {
  return (
    <>
      <h2>Who is here</h2>
      <ol id="players">
        {useParticipantIds().map((id) => (
          <Person key={id} id={id} />
        ))}
      </ol>
    </>
  );
}

const Person = memo(function Person({ id }: { readonly id: string }) {
  const person = useParticipant(id);
  // Counted down by the server's clock, never by this device's.
  const leftMs = useServerCountdown(person?.graceExpiresAt) ?? 0;
  if (person === undefined) return null;
  const isAway = person.status === "temporarily_disconnected";
  return (
    <li className={isAway ? "away" : ""}>
      <span>
        {person.displayName}
        {person.isMe && " (you)"}
      </span>
      <span>{isAway ? `away, seat kept for ${leftMs / 1000} s` : person.own.waves}</span>
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
