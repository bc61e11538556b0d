// The participant page: a form to join an event, then the event. Keeps who was where, so that a reload comes back by itself.
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { joinEvent } from "../../client/index.ts";
import type { EventSession } from "../../client/index.ts";
import { keepForTab, keptForTab } from "../tab-memory.ts";
import { deviceOfToken, eventOf, fragmentValue, joinLink, serverOf } from "../core/places.ts";
import type { BadNetwork } from "../network/bad-network.ts";
import { JoinForm } from "./join-form.tsx";
import { forget, lastName, recall, remember, type Seated } from "./memory.ts";
import { RoomView } from "./room-view.tsx";

const tokenKey = (eventId: string) => `holdfast.token.${eventId}`;

/** A token comes in the fragment, goes out of the address bar at once, and is kept for this tab only. */
function takeToken(): void {
  const token = fragmentValue(location.hash, "token");
  if (token === undefined) return;
  keepForTab(tokenKey(eventOf(location.search) ?? ""), token);
  history.replaceState(null, "", location.pathname + location.search);
}

function open({ eventId, displayName }: Seated): EventSession {
  const token = keptForTab(tokenKey(eventId));
  const deviceId = token === undefined ? undefined : deviceOfToken(token);
  const session = joinEvent({
    url: serverOf(location.href),
    eventId,
    ...(displayName === "" ? {} : { displayName }),
    ...(token === undefined ? {} : { sessionToken: token }),
    ...(deviceId === undefined ? {} : { deviceId }),
  });
  session.joined().catch(() => {}); // its status says it
  return session;
}

function App({ network }: { readonly network: BadNetwork }) {
  const linked = eventOf(location.search);
  const [session, setSession] = useState<EventSession | undefined>(() => {
    const seated = recall();
    return seated !== undefined && seated.eventId === linked ? open(seated) : undefined;
  });
  useEffect(
    () =>
      session?.on("status", ({ status, endReason }) => {
        if (status === "left" && endReason !== "replaced") forget();
      }),
    [session],
  );
  useEffect(() => {
    document.title = session === undefined ? "Holdfast" : `${session.eventId} · Holdfast`;
  }, [session]);

  if (session !== undefined)
    return <RoomView session={session} network={network} onStartOver={() => setSession(undefined)} />;
  const last = recall();
  return (
    <JoinForm
      eventId={linked ?? last?.eventId ?? ""}
      displayName={lastName()}
      onJoin={(seated) => {
        remember(seated);
        history.replaceState(null, "", joinLink(location.href, seated.eventId));
        setSession(open(seated));
      }}
    />
  );
}

/** Shows the page; whatever it opens goes over `network`. */
export function start(network: BadNetwork): void {
  takeToken();
  const root = document.getElementById("app");
  if (root !== null) render(<App network={network} />, root);
}
