/** @jsxImportSource react */
// The page: a name, and then the event. StrictMode mounts everything twice in development, and it is one join all the same.
import { type FormEvent, StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import { Connection } from "./Connection.tsx";
import { EventProvider } from "./event.ts";
import { People } from "./People.tsx";
import { Poll } from "./Poll.tsx";

/** For a page that is loaded again: the seat is there, and nobody is asked for a name a second time. */
const remembered = "holdfast-example:react";

function App() {
  const [name, setName] = useState(() => localStorage.getItem(remembered));

  function join(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const given = new FormData(event.currentTarget).get("name");
    if (typeof given !== "string") return;
    localStorage.setItem(remembered, given);
    setName(given);
  }

  if (name === null)
    return (
      <form onSubmit={join}>
        <label>
          Your name <input name="name" maxLength={64} autoComplete="nickname" required />
        </label>
        <button>Join</button>
      </form>
    );
  return (
    <EventProvider url={location.origin} eventId="polls" displayName={name}>
      <Connection />
      <Poll />
      <People />
    </EventProvider>
  );
}

const root = document.getElementById("root");
if (root === null) throw new Error("The page has no #root");
createRoot(root).render(
  <StrictMode>
    <h1>Polls</h1>
    <App />
  </StrictMode>,
);
