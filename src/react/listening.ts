// What happens in an event, handled as it happens: it is nothing that one reads while rendering.
import { useEffect, useRef } from "react";
import type { AuthorsAnnouncement } from "../protocol/messages.ts";
import type { EventSession, SessionEvents, ToldHandler } from "../client/types/index.ts";
import { useHandle } from "./reading.ts";

type Handler = (...args: never[]) => void;
/** Begins to listen to a session, as the hook is asked to; returns what stops it. */
type Begin<Of extends Handler> = (session: EventSession, name: string, handler: Of) => () => void;

const nothing = () => {};

/** The handler of the last render is called; another one begins nothing anew. */
function useHandler<Of extends Handler>(begin: Begin<Of>, name: string, handler: Of): void {
  const handle = useHandle();
  const latest = useRef(handler);
  useEffect(() => {
    latest.current = handler;
  });
  useEffect(() => {
    const call = ((...args) => latest.current(...args)) as Of;
    return handle.attach((session) => begin(session, name, call), nothing);
  }, [handle, begin, name]);
}

const told: Begin<ToldHandler<never>> = (session, type, handler) => session.onTold(type, handler);
const message: Begin<(payload: never) => void> = (session, type, handler) => session.onMessage(type, handler);
const happens: Begin<(event: never) => void> = (session, type, handler) =>
  session.on(type as keyof SessionEvents, handler as (event: unknown) => void);
const announced: Begin<(payload: never, announcement: AuthorsAnnouncement) => void> = (
  session,
  type,
  handler,
) =>
  session.on("announcement", (announcement) => {
    if (announcement.type === type) handler(announcement.payload as never, announcement);
  });

/**
 * Handles what the room tells this participant (`participants.tell`): each message once and in order, also what it was
 * told while it was away. While no component handles a type, messages of it wait, and all after them.
 * @param handler synchronous; may set state. It is handled when it has returned
 * @example useTold<{ card: string }>("dealt", ({ card }) => setHand((hand) => [...hand, card]));
 */
export function useTold<Payload = unknown>(type: string, handler: ToldHandler<Payload>): void {
  useHandler(told as Begin<ToldHandler<Payload>>, type, handler);
}

/**
 * Handles what the room announces to all (`this.announce`), in its one order with presence events, what was missed in an outage included.
 * @param handler is given the payload, and the announcement that it came in
 * @example useAnnouncement<{ winner: string }>("round_over", ({ winner }) => setWinner(winner));
 */
export function useAnnouncement<Payload = unknown>(
  type: string,
  handler: (payload: Payload, announcement: AuthorsAnnouncement) => void,
): void {
  useHandler(announced as Begin<typeof handler>, type, handler);
}

/**
 * Handles a room author's message (`client.send`, `broadcast`): what is sent while this participant is away is lost.
 * @example useMessage<string>("said", (text) => setLines((lines) => [...lines, text]));
 */
export function useMessage<Payload = unknown>(type: string, handler: (payload: Payload) => void): void {
  useHandler(message as Begin<typeof handler>, type, handler);
}

/**
 * Handles what the session announces (`session.on`).
 * @example useSessionEvent("participant_left", ({ device_id }) => setGone(device_id));
 */
export function useSessionEvent<Type extends keyof SessionEvents>(
  type: Type,
  handler: (event: SessionEvents[Type]) => void,
): void {
  useHandler(happens as Begin<typeof handler>, type, handler);
}
