// What hosts have said: to this participant alone or to all, the newest first, each once, and few of them. Hostile text that
// stays text. Pure.
import { shownName } from "../person.ts";

/** As the wire calls both of them. */
export const hostMessageType = "host_message";

export interface HostMessage {
  /** The same for every delivery. */
  readonly id: string;
  readonly text: string;
  /** When it was sent, as far as that is known: the server's epoch milliseconds. */
  readonly at: number;
  readonly isToAll: boolean;
}

/** More than these nobody has read, and they would bury what is new. */
const mostMessages = 5;
const longestText = 2000;

/** The text of a payload, on lines as it was written; undefined for one without. */
export function textOf(payload: unknown): string | undefined {
  const text = (payload as { text?: unknown } | null | undefined)?.text;
  if (typeof text !== "string") return undefined;
  const lines = text.slice(0, longestText).split(/\r?\n/).map(shownName);
  return lines.join("\n").trim() || undefined;
}

/** With one more; the same when it is there already. */
export function withMessage(messages: readonly HostMessage[], message: HostMessage): readonly HostMessage[] {
  if (messages.some(({ id }) => id === message.id)) return messages;
  return [message, ...messages].toSorted((a, b) => b.at - a.at).slice(0, mostMessages);
}

/** Without one that was put away. */
export function withoutMessage(messages: readonly HostMessage[], id: string): readonly HostMessage[] {
  return messages.filter((message) => message.id !== id);
}

/** What was kept over a reload; nothing of what is not as it should be. */
export function messagesIn(kept: string | undefined): readonly HostMessage[] {
  try {
    const list = JSON.parse(kept ?? "[]") as unknown;
    return Array.isArray(list) ? (list.filter(isMessage) as HostMessage[]).slice(0, mostMessages) : [];
  } catch {
    return [];
  }
}

function isMessage(value: unknown): boolean {
  const { id, text, at, isToAll } = (value ?? {}) as Partial<HostMessage>;
  return (
    typeof id === "string" && typeof text === "string" && Number.isFinite(at) && typeof isToAll === "boolean"
  );
}
