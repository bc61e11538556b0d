// The way in: an event code and a name. What the server refuses it says itself; here only what is empty is.
import { useEffect, useRef, useState } from "preact/hooks";
import { Wordmark } from "../ui/wordmark.tsx";
import type { Seated } from "./memory.ts";
import { SeatsPicture } from "./seats-picture.tsx";

interface JoinFormProps extends Seated {
  readonly onJoin: (seated: Seated) => void;
}

export function JoinForm({ eventId, displayName, onJoin }: JoinFormProps) {
  const [code, setCode] = useState(eventId);
  const [name, setName] = useState(displayName);
  const [isAsked, setIsAsked] = useState(false);
  const codeField = useRef<HTMLInputElement>(null);
  const nameField = useRef<HTMLInputElement>(null);
  useEffect(() => (eventId === "" ? codeField : nameField).current?.focus(), []);
  const isMissing = code.trim() === "";

  const submit = (event: Event) => {
    event.preventDefault();
    setIsAsked(true);
    if (isMissing) codeField.current?.focus();
    // A code from a link is taken exactly as it is; a typed one without the space that phones add.
    else onJoin({ eventId: code === eventId ? code : code.trim(), displayName: name.trim() });
  };
  return (
    <main class="welcome">
      <div class="welcome-words">
        <Wordmark />
        <h1>Lose the network. Keep your seat.</h1>
        <p class="lede">
          Tunnels, lifts, dead batteries: your place in the event is kept, and you come back to it by
          yourself.
        </p>
        <form class="card form" onSubmit={submit} noValidate>
          <div class="field">
            <label for="code">Event code</label>
            <input
              id="code"
              data-test="code"
              ref={codeField}
              value={code}
              onInput={(event) => setCode(event.currentTarget.value)}
              autoComplete="off"
              autoCapitalize="off"
              spellcheck={false}
              maxLength={128}
              aria-invalid={isAsked && isMissing}
              aria-describedby="code-hint"
            />
            <p
              id="code-hint"
              data-test={isAsked && isMissing ? "form-problem" : undefined}
              class={isAsked && isMissing ? "hint is-error" : "hint"}
            >
              {isAsked && isMissing
                ? "Please enter the code of the event."
                : "From your host, or the QR code."}
            </p>
          </div>
          <div class="field">
            <label for="name">Your name</label>
            <input
              id="name"
              data-test="name"
              ref={nameField}
              value={name}
              onInput={(event) => setName(event.currentTarget.value)}
              autoComplete="nickname"
              maxLength={64}
              aria-describedby="name-hint"
            />
            <p id="name-hint" class="hint">
              Everyone in the event sees it. You may leave it empty.
            </p>
          </div>
          <button type="submit" class="button is-primary is-wide" data-test="join">
            Take a seat
          </button>
        </form>
        <p class="aside">
          Hosting? <a href="./host">Open the host dashboard</a>
        </p>
      </div>
      <SeatsPicture />
    </main>
  );
}
