// One phone of the demo, in a frame of its own, so that a network can be taken away from it alone: Ann's, or somebody
// else's. Tells the page around it how it is, and is told by it when the tunnel begins.
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type EventSession, joinEvent } from "../../client/index.ts";
import type { demoQuiz } from "../../demo/state.ts";
import type { BadNetwork } from "../network/bad-network.ts";
import { ClockContext } from "../ui/clock.ts";
import { Ann } from "./ann.tsx";
import { Everyone } from "./everyone.tsx";
import { MemoryStorage } from "./kept-in-memory.ts";
import { type FromPhone, type PhoneName, toPhoneIn } from "./messages.ts";

/** A tunnel that nobody leaves ends by itself. */
const longestTunnelMs = 10 * 60_000;
const names: Readonly<Record<PhoneName, string>> = { ann: "Ann", everyone: "Émile" };

interface PhoneProps {
  readonly phone: PhoneName;
  readonly session: EventSession<typeof demoQuiz>;
  readonly network: BadNetwork;
}

function Phone({ phone, session, network }: PhoneProps) {
  const [isDark, setIsDark] = useState(false);
  const [isOrdinaryShown, setIsOrdinaryShown] = useState(false);
  const [answered, setAnswered] = useState(0);
  const [backAfterS, setBackAfterS] = useState(0);
  useEffect(() => {
    const heard = ({ data, source }: MessageEvent) => {
      const message = source === parent ? toPhoneIn(data) : undefined;
      if (message?.type === "ordinary") setIsOrdinaryShown(message.isShown);
      if (message?.type !== "network") return;
      if (message.isDark) {
        network.cut(); // reset, not a black hole: everyone sees it at once
        network.goDark(longestTunnelMs);
      } else network.heal();
      setIsDark(message.isDark);
    };
    addEventListener("message", heard);
    return () => removeEventListener("message", heard);
  }, [network]);
  useEffect(
    () => session.on("returned", ({ outageMs }) => setBackAfterS(Math.max(1, Math.round(outageMs / 1000)))),
    [session],
  );
  useEffect(() => {
    const tell = () => {
      const own = session.roster.get(session.deviceId)?.own;
      const told: FromPhone = {
        type: "phone",
        phone,
        status: session.status,
        pending: session.pendingPublishes,
        score: own?.score ?? 0,
        answered: own?.answered ?? 0,
        backAfterS,
      };
      parent.postMessage(told, location.origin);
    };
    tell();
    const timer = setInterval(tell, 200);
    return () => clearInterval(timer);
  }, [session, phone, backAfterS]);
  const clock = () => session.serverNow();
  const answer = (question: number, choice: number) => {
    setAnswered(question + 1);
    session.publish("answer", { question, choice }).catch(() => {});
  };
  return (
    <ClockContext.Provider value={clock}>
      {phone === "ann" ? (
        <Ann session={session} isDark={isDark} answered={answered} onAnswer={answer} />
      ) : (
        <Everyone session={session} isOrdinaryShown={isOrdinaryShown} />
      )}
    </ClockContext.Provider>
  );
}

/** Shows the phone that the address names, over `network`. */
export function start(network: BadNetwork): void {
  const search = new URLSearchParams(location.search);
  const phone: PhoneName = search.get("phone") === "ann" ? "ann" : "everyone";
  const url = `${location.protocol}//${location.hostname}:${Number(search.get("port"))}`;
  const eventId = search.get("event") ?? "demo";
  const session = joinEvent<typeof demoQuiz>({
    url,
    eventId,
    displayName: names[phone],
    storage: new MemoryStorage(),
  });
  session.joined().catch(() => {}); // its status says it
  const root = document.getElementById("app");
  if (root !== null) render(<Phone phone={phone} session={session} network={network} />, root);
}
