// The host's way in: a link that works once, or a token that somebody was given.
import { useRef, useState } from "preact/hooks";
import { HostError } from "../../host/index.ts";
import { t } from "../languages/words.ts";
import { Wordmark } from "../ui/wordmark.tsx";
import { useHostCodes } from "./host-codes.ts";
import type { HostServer } from "./host-server.ts";
import { problemOf } from "./problems.ts";

/** Why there is no right: the link was spent, nobody answered, the right was taken back; or the server's own sentence. */
export type SignInProblem = "used" | "unreachable" | "revoked";

interface SignInProps {
  readonly server: HostServer;
  readonly problem: SignInProblem | undefined;
  readonly isBusy: boolean;
  /** Tries the link again that nobody has answered for; undefined without one. */
  readonly onRetry: (() => void) | undefined;
  readonly onProblem: (problem: SignInProblem | undefined) => void;
}

export function SignIn({ server, problem, isBusy, onRetry, onProblem }: SignInProps) {
  const [stranger] = useState(() => server.stranger());
  const hasCodes = useHostCodes(stranger);
  return (
    <main class="welcome is-single" tabIndex={-1} data-focus-fallback>
      <div class="welcome-words">
        <Wordmark />
        <h1>{t("host.sign-in.title")}</h1>
        <p class="lede">{t(hasCodes ? "host.sign-in.link" : "host.sign-in.token-only")}</p>
        {isBusy && (
          <p class="card notice" role="status">
            {t("host.sign-in.busy")}
          </p>
        )}
        {!isBusy && problem !== undefined && <Problem problem={problem} onRetry={onRetry} />}
        <TokenForm server={server} isOpen={!hasCodes} isBusy={isBusy} onDone={() => onProblem(undefined)} />
        <p class="hint">{t("host.sign-in.kept")}</p>
        <p class="aside">
          <a href="./">{t("host.sign-in.take-part")}</a>
        </p>
      </div>
    </main>
  );
}

function Problem({ problem, onRetry }: Pick<SignInProps, "onRetry"> & { readonly problem: SignInProblem }) {
  return (
    <div class="card notice is-trouble" role="alert" data-test="sign-in-problem">
      <p class="notice-title">{t(`host.sign-in.${problem}`)}</p>
      {problem !== "unreachable" && <p>{t("host.sign-in.new-link")}</p>}
      {problem !== "unreachable" && <pre class="command">holdfast host-link</pre>}
      {onRetry !== undefined && (
        <button type="button" class="button" onClick={onRetry}>
          {t("host.try-again")}
        </button>
      )}
    </div>
  );
}

interface TokenFormProps {
  readonly server: HostServer;
  readonly isOpen: boolean;
  readonly isBusy: boolean;
  readonly onDone: () => void;
}

function TokenForm({ server, isOpen, isBusy, onDone }: TokenFormProps) {
  const [token, setToken] = useState("");
  const [problem, setProblem] = useState("");
  const [isAsking, setIsAsking] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const submit = (event: Event) => {
    event.preventDefault();
    if (isBusy || isAsking) return undefined;
    if (token.trim() === "") return field.current?.focus();
    setIsAsking(true);
    return void server
      .useToken(token.trim())
      .then(onDone, (error: unknown) => {
        const isBad = error instanceof HostError && error.reason === "bad_token";
        setProblem(isBad ? t("host.sign-in.bad-token") : problemOf(error));
        field.current?.focus();
      })
      .finally(() => setIsAsking(false));
  };
  return (
    <details class="card" open={isOpen}>
      <summary>{t("host.sign-in.have-token")}</summary>
      <form class="form" onSubmit={submit} noValidate>
        <div class="field">
          <label for="token">{t("host.sign-in.token")}</label>
          <input
            id="token"
            ref={field}
            type="password"
            data-test="token"
            value={token}
            onInput={({ currentTarget }) => setToken(currentTarget.value)}
            autoComplete="off"
            spellcheck={false}
            aria-invalid={problem !== ""}
            aria-describedby={problem === "" ? undefined : "token-problem"}
          />
          {problem !== "" && (
            <p id="token-problem" class="hint is-error" role="alert">
              {problem}
            </p>
          )}
        </div>
        <button type="submit" class="button is-primary is-wide" aria-disabled={isBusy || isAsking}>
          {t("host.sign-in.do")}
        </button>
      </form>
    </details>
  );
}
