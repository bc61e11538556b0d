// The host's way in: the one-time link that the server printed, or a token that somebody with the secret has made.
import { useEffect, useRef, useState } from "preact/hooks";
import { Wordmark } from "../ui/wordmark.tsx";

interface SignInProps {
  /** Why the last try failed; empty when none did. */
  readonly problem: string;
  readonly isBusy: boolean;
  readonly onToken: (token: string) => void;
}

export function SignIn({ problem, isBusy, onToken }: SignInProps) {
  const [token, setToken] = useState("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const submit = (event: Event) => {
    event.preventDefault();
    if (token.trim() === "") field.current?.focus();
    else onToken(token.trim());
  };
  return (
    <main class="welcome is-single">
      <div class="welcome-words">
        <Wordmark />
        <h1>Host dashboard</h1>
        <p class="lede">Open the one-time link that the server has printed, or sign in with a host token.</p>
        <form class="card form" onSubmit={submit} noValidate>
          <div class="field">
            <label for="token">Host token</label>
            <input
              id="token"
              ref={field}
              type="password"
              value={token}
              onInput={(event) => setToken(event.currentTarget.value)}
              autoComplete="off"
              spellcheck={false}
              aria-invalid={problem !== ""}
              aria-describedby="token-hint"
            />
            <p id="token-hint" class="hint">
              Kept in this tab only, until it is closed.
            </p>
          </div>
          {problem !== "" && (
            <p class="hint is-error" role="alert">
              {problem}
            </p>
          )}
          <button type="submit" class="button is-primary is-wide" disabled={isBusy}>
            {isBusy ? "Signing in…" : "Sign in"}
          </button>
        </form>
        <p class="aside">
          Taking part? <a href="./">Join an event</a>
        </p>
      </div>
    </main>
  );
}
