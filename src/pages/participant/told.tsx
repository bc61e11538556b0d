// What hosts have said, above the room until it is put away; kept over a reload of the tab. It is read out as it comes.
import { useEffect, useState } from "preact/hooks";
import type { EventSession } from "../../client/index.ts";
import {
  type HostMessage,
  hostMessageType,
  messagesIn,
  textOf,
  withMessage,
  withoutMessage,
} from "../core/participant/host-messages.ts";
import { formatTime } from "../languages/format.ts";
import { t } from "../languages/words.ts";
import { keepForTab, keptForTab } from "../tab-memory.ts";

const keyOf = (session: EventSession) => `holdfast.told.${session.eventId}.${session.deviceId}`;

/** The messages of this event's hosts, and what puts one away. @param onNew is told of each that comes */
export function useHostMessages(
  session: EventSession,
  onNew: () => void,
): [readonly HostMessage[], (id: string) => void] {
  const key = keyOf(session);
  const [messages, setMessages] = useState(() => messagesIn(keptForTab(key)));
  const change = (next: (before: readonly HostMessage[]) => readonly HostMessage[]) =>
    setMessages((before) => {
      const after = next(before);
      if (after !== before) keepForTab(key, after.length === 0 ? undefined : JSON.stringify(after));
      return after;
    });
  useEffect(() => {
    const take = (id: string, payload: unknown, at: number, isToAll: boolean) => {
      const text = textOf(payload);
      if (text === undefined) return;
      change((before) => withMessage(before, { id, text, at, isToAll }));
      onNew();
    };
    const stops = [
      session.onTold(hostMessageType, (payload, { id }) => take(id, payload, session.serverNow(), false)),
      session.onTold("*", () => {}), // a message that this page does not know must not keep a host's waiting
      session.on("announcement", ({ type, payload, epoch, seq, at }) => {
        if (type === hostMessageType) take(`${epoch} ${seq}`, payload, at ?? session.serverNow(), true);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [session]);
  return [messages, (id) => change((before) => withoutMessage(before, id))];
}

interface HostMessagesProps {
  readonly messages: readonly HostMessage[];
  readonly onPutAway: (id: string) => void;
}

export function HostMessages({ messages, onPutAway }: HostMessagesProps) {
  return (
    <div class="told-list" role="log" aria-label={t("told.title")}>
      {messages.map(({ id, text, at, isToAll }) => (
        <article key={id} class="card told" data-test="message">
          <p class="told-head">
            <strong>{t(isToAll ? "told.title" : "told.to-you")}</strong>
            <time dateTime={new Date(at).toISOString()}>{formatTime(at)}</time>
          </p>
          <p class="told-text" dir="auto">
            {text}
          </p>
          <button type="button" class="button is-quiet" data-test="put-away" onClick={() => onPutAway(id)}>
            {t("told.put-away")}
          </button>
        </article>
      ))}
    </div>
  );
}
