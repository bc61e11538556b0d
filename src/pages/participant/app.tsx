// The event of a participant, from the wish to be in it: joins, shows it, and comes back to the form when it is over.
import { render } from "preact";
import { joinEvent } from "../../client/index.ts";
import type { EventSession } from "../../client/index.ts";
import { deviceOfToken, serverOf } from "../core/places.ts";
import type { Wish } from "../shell/join-form.ts";
import type { Door, Room } from "../shell/way-in.ts";
import { keptForTab, tokenKey } from "../tab-memory.ts";
import { afterPaint } from "../ui/after-paint.ts";
import { forget } from "./memory.ts";
import { isOpenPlay } from "./open-play.ts";
import { RoomView } from "./room-view.tsx";
import "../participant.css";

export class ParticipantRoom implements Room {
  /** What is asked and not answered yet. */
  #asked: EventSession | undefined;
  readonly #root = document.getElementById("app") as HTMLElement;

  enter({ eventIds, displayName }: Wish, door: Door): void {
    const [eventId = "", ...others] = eventIds;
    this.giveUp();
    const session = open(eventId, displayName, true);
    this.#asked = session;
    void outcomeOf(session).then(async (outcome) => {
      if (this.#asked !== session) return;
      if (outcome !== "unknown") return this.#show(session, door);
      session.close();
      forget(eventId);
      if (others.length > 0) return this.enter({ eventIds: others, displayName }, door);
      // What a person means to open is what was typed, as a code if it can be one.
      const mayOpen = await isOpenPlay();
      if (this.#asked !== session) return;
      if (!mayOpen) return door.notFound();
      return this.#show(open(eventIds[0] ?? "", displayName, false), door);
    });
  }

  giveUp(): void {
    this.#asked?.close();
    this.#asked = undefined;
  }

  comeBack(eventId: string, displayName: string, door: Door): void {
    const session = open(eventId, displayName, true);
    this.#show(session, door);
    void outcomeOf(session).then((outcome) => {
      if (outcome === "known") return;
      this.#clear();
      session.close();
      forget(eventId);
      door.notFound();
    });
  }

  #show(session: EventSession, door: Door): void {
    const { eventId } = session;
    this.#asked = undefined;
    door.opened(eventId);
    let isForgotten = false;
    const settle = () => {
      if (session.status === "connected") {
        if (isForgotten) door.opened(eventId); // a host has removed this device, and let it in again
        isForgotten = false;
        door.arrived();
        void fetchFonts();
      }
      if (!isForGood(session)) return;
      isForgotten = true;
      forgetPlace(eventId);
      door.over();
    };
    session.on("status", settle);
    settle();
    const startOver = (offered: string | undefined) => {
      this.#clear();
      session.close();
      if (offered === undefined) forgetPlace(eventId);
      door.again(offered);
    };
    render(<RoomView session={session} onStartOver={startOver} />, this.#root);
  }

  #clear(): void {
    render(null, this.#root);
  }
}

/** The event is over for this device, by its own word or another's. */
function isForGood({ state: { status, endReason, reason } }: EventSession): boolean {
  if (status === "left") return endReason !== "replaced" && endReason !== "closed";
  return status === "failed" && (reason === "kicked" || reason === "closed");
}

/** Nobody waits for them: without a network, too, the system's own do. */
async function fetchFonts(): Promise<void> {
  await afterPaint();
  await import("../styles/fonts.css").catch(() => {});
}

/** The same event is offered neither by the form nor by the address. */
function forgetPlace(eventId: string): void {
  forget(eventId);
  history.replaceState(null, "", location.pathname);
}

function open(eventId: string, displayName: string, mustExist: boolean): EventSession {
  const token = keptForTab(tokenKey(eventId));
  const deviceId = token === undefined ? undefined : deviceOfToken(token);
  const session = joinEvent({
    url: serverOf(location.href),
    eventId,
    mustExist,
    waitForPlace: true,
    ...(displayName === "" ? {} : { displayName }),
    ...(token === undefined ? {} : { sessionToken: token }),
    ...(deviceId === undefined ? {} : { deviceId }),
  });
  session.joined().catch(() => {}); // its status says it
  return session;
}

/** `unknown` when there is no such event; `known` when it is in, or is told anything else. */
function outcomeOf(session: EventSession): Promise<"known" | "unknown"> {
  return new Promise((resolve) => {
    const stop = session.on("status", judge);
    judge();
    function judge(): void {
      const { status, reason, keptSeat } = session.state;
      // Who had a seat here is shown until when it is kept; who waits for one, that it is waited.
      if (status === "connecting" && keptSeat === undefined && reason === undefined) return;
      stop();
      resolve(status === "failed" && reason === "no_such_event" ? "unknown" : "known");
    }
  });
}
