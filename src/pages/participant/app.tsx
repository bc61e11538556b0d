// The event of a participant, from the wish to be in it: joins, shows it, and comes back to the form when it is over.
import { render } from "preact";
import { joinEvent } from "../../client/index.ts";
import type { EventSession } from "../../client/index.ts";
import { deviceOfToken, serverOf } from "../core/places.ts";
import type { BadNetwork } from "../network/bad-network.ts";
import type { Wish } from "../shell/join-form.ts";
import type { Door, Room } from "../shell/way-in.ts";
import { keptForTab, tokenKey } from "../tab-memory.ts";
import { forget } from "./memory.ts";
import { isOpenPlay } from "./open-play.ts";
import { RoomView } from "./room-view.tsx";
import "../participant.css";

export class ParticipantRoom implements Room {
  readonly #network: BadNetwork;
  readonly #root = document.getElementById("app") as HTMLElement;

  constructor(network: BadNetwork) {
    this.#network = network;
  }

  enter({ eventIds, displayName }: Wish, door: Door): void {
    const [eventId = "", ...others] = eventIds;
    const session = open(eventId, displayName, true);
    void outcomeOf(session).then(async (outcome) => {
      if (outcome !== "unknown") return this.#show(session, door);
      session.close();
      if (others.length > 0) return this.enter({ eventIds: others, displayName }, door);
      // What a person means to open is what was typed, as a code if it can be one.
      if (!(await isOpenPlay())) return door.notFound();
      return this.#show(open(eventIds[0] ?? "", displayName, false), door);
    });
  }

  #show(session: EventSession, door: Door): void {
    const { eventId } = session;
    session.on("status", ({ status, endReason }) => {
      if (status === "left" && endReason !== "replaced") forget();
    });
    door.opened(eventId);
    document.title = `${eventId} · Holdfast`;
    void import("../styles/fonts.css"); // the most urgent is done
    const startOver = () => {
      render(null, this.#root);
      document.title = "Holdfast";
      door.again(eventId);
    };
    render(<RoomView session={session} network={this.#network} onStartOver={startOver} />, this.#root);
  }
}

function open(eventId: string, displayName: string, mustExist: boolean): EventSession {
  const token = keptForTab(tokenKey(eventId));
  const deviceId = token === undefined ? undefined : deviceOfToken(token);
  const session = joinEvent({
    url: serverOf(location.href),
    eventId,
    mustExist,
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
    function judge(): void {
      const { status, reason } = session.state;
      if (status === "connecting") return;
      stop();
      resolve(status === "failed" && reason === "no_such_event" ? "unknown" : "known");
    }
  });
}
