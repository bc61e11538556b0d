// The host dashboard: signing in, all events, and the one that is picked.
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { HostEvent } from "../protocol/session.ts";
import { eventOf, fragmentValue } from "./core/places.ts";
import { Dashboard } from "./host/dashboard.tsx";
import { HostApiError, keptToken, listEvents, sessionFor } from "./host/host-api.ts";
import { SignIn } from "./host/sign-in.tsx";
import { loadWords } from "./languages/choose.ts";
import { languageOf } from "./languages/languages.ts";
import loaders from "virtual:words/host";
import "./host.css";

const pollMs = 2000;

/** The code of a one-time link, taken out of the address bar at once: it is good for one use, and not for history. */
function takeCode(): string | undefined {
  const code = fragmentValue(location.hash, "code");
  if (code !== undefined) history.replaceState(null, "", location.pathname + location.search);
  return code;
}

const linkCode = takeCode();

function App() {
  const [token, setToken] = useState<string | undefined>(keptToken.read());
  const [problem, setProblem] = useState("");
  const [isBusy, setIsBusy] = useState(linkCode !== undefined);
  const [events, setEvents] = useState<readonly HostEvent[] | undefined>(undefined);
  const [isReachable, setIsReachable] = useState(true);

  const signOut = (why: string) => {
    keptToken.forget();
    setToken(undefined);
    setEvents(undefined);
    setProblem(why);
  };
  const signIn = (fresh: string) => {
    keptToken.write(fresh);
    setProblem("");
    setToken(fresh);
  };
  useEffect(() => {
    const redeem = (code: string | undefined) => {
      if (code === undefined) return;
      setIsBusy(true);
      sessionFor(code)
        .then(signIn, (error: Error) => keptToken.read() === undefined && setProblem(error.message))
        .finally(() => setIsBusy(false));
    };
    const pasted = () => redeem(takeCode()); // a link put into this tab's address loads nothing anew
    redeem(linkCode);
    addEventListener("hashchange", pasted);
    return () => removeEventListener("hashchange", pasted);
  }, []);
  useEffect(() => {
    if (token === undefined) return undefined;
    return poll(async () => {
      try {
        setEvents((await listEvents(token)).events);
        setIsReachable(true);
      } catch (error) {
        const { status, message } = error as HostApiError;
        if (status === 401 || status === 403) signOut(message);
        else setIsReachable(false);
      }
    });
  }, [token]);

  if (token === undefined || (isBusy && events === undefined))
    return <SignIn problem={problem} isBusy={isBusy} onToken={signIn} />;
  return (
    <Dashboard
      token={token}
      events={events}
      isReachable={isReachable}
      first={eventOf(location.search)}
      onSignOut={() => signOut("")}
    />
  );
}

/** Asks again and again, the next time `pollMs` after an answer; not while nobody looks. Returns what stops it. */
function poll(ask: () => Promise<void>): () => void {
  let isOn = true;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const next = async () => {
    clearTimeout(timer);
    if (document.visibilityState !== "hidden") await ask();
    if (isOn) timer = setTimeout(next, pollMs);
  };
  void next();
  return () => {
    isOn = false;
    clearTimeout(timer);
  };
}

const root = document.getElementById("app");
if (root !== null)
  void loadWords(loaders, languageOf(document.documentElement.lang)).then(() => {
    render(<App />, root);
    import("./styles/fonts.css").catch(() => {}); // the most urgent is done; or the system's own do
  });
