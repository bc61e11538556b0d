// The host's page: without a right the way in, with one the events. A code of a link is taken out of the address at once.
import { useEffect, useState } from "preact/hooks";
import { HostError } from "../../host/index.ts";
import { fragmentValue, serverOf } from "../core/places.ts";
import { ShellKeeper } from "../shell/keep-shell.ts";
import { keepFocus } from "../ui/keep-focus.ts";
import { Frame } from "./frame.tsx";
import { HostServer } from "./host-server.ts";
import { SignIn, type SignInProblem } from "./sign-in.tsx";

const server = new HostServer(serverOf(location.href));

/** The code of a one-time link: it is good for one use, and not for history. */
function takeCode(): string | undefined {
  const code = fragmentValue(location.hash, "code");
  if (code !== undefined) history.replaceState(null, "", location.pathname + location.search);
  return code;
}

const linkCode = takeCode();
const shell = new ShellKeeper("host");
shell.begin(server.rights.size > 0 || linkCode !== undefined);

function problemWith(error: unknown): SignInProblem {
  if (error instanceof HostError && error.reason === "bad_token") return "used";
  return "unreachable";
}

export function App() {
  const [rights, setRights] = useState(server.rights);
  const [isBusy, setIsBusy] = useState(linkCode !== undefined);
  const [problem, setProblem] = useState<SignInProblem | undefined>(undefined);
  const [waiting, setWaiting] = useState<string | undefined>(undefined);

  const redeem = (code: string | undefined) => {
    if (code === undefined) return;
    setIsBusy(true);
    setWaiting(undefined);
    server
      .signIn(code)
      .then(
        () => setProblem(undefined),
        (error: unknown) => {
          const what = problemWith(error);
          setProblem(what);
          if (what === "unreachable") setWaiting(code); // not spent: it can be tried again
        },
      )
      .finally(() => setIsBusy(false));
  };
  useEffect(
    () =>
      server.onRights((next) => {
        setRights((before) => {
          if (next.size === 0 && before.size > 0 && !isSigningOut) setProblem("revoked");
          return next;
        });
      }),
    [],
  );
  useEffect(() => {
    const pasted = () => redeem(takeCode()); // a link put into this tab's address loads nothing anew
    redeem(linkCode);
    addEventListener("hashchange", pasted);
    return () => removeEventListener("hashchange", pasted);
  }, []);
  useEffect(() => keepFocus(), []);
  const isHost = rights.size > 0;
  useEffect(() => (isHost ? shell.entered() : shell.left()), [isHost]);
  const signOut = () => {
    isSigningOut = true;
    server.signOut();
    isSigningOut = false;
    setProblem(undefined);
  };
  if (rights.size === 0 || isBusy)
    return (
      <SignIn
        server={server}
        problem={problem}
        isBusy={isBusy}
        onRetry={waiting === undefined ? undefined : () => redeem(waiting)}
        onProblem={setProblem}
      />
    );
  return <Frame server={server} rights={rights} usedLink={problem === "used"} onSignOut={signOut} />;
}

/** Whoever signs out is not told that a right was taken back. */
let isSigningOut = false;
