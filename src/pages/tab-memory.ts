// What a tab keeps over a reload: a token, never longer than the tab. A storage that is full or forbidden (blocked
// cookies, private windows) keeps it until the reload only.
import type { KeyValueStorage } from "../client/index.ts";

const unwritten = new Map<string, string>();

export function keptForTab(key: string): string | undefined {
  try {
    return unwritten.get(key) ?? sessionStorage.getItem(key) ?? undefined;
  } catch {
    return unwritten.get(key);
  }
}

/** Undefined forgets. */
export function keepForTab(key: string, value: string | undefined): void {
  unwritten.delete(key);
  try {
    if (value === undefined) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, value);
  } catch {
    if (value !== undefined) unwritten.set(key, value);
  }
}

/** The same for a session that is this tab's alone. Naming the browser's own storage throws where cookies are blocked. */
export const tabStorage: KeyValueStorage = {
  getItem: (key) => keptForTab(key) ?? null,
  setItem: keepForTab,
  removeItem: (key) => keepForTab(key, undefined),
};

/** Where the token of an event's link is kept. */
export const tokenKey = (eventId: string) => `holdfast.token.${eventId}`;
