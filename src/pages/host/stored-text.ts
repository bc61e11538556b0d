// What a host's browser keeps for longer than a tab: rights, alerts, what was understood. Where storage is full or
// forbidden it is kept until the page is closed.

const unwritten = new Map<string, string>();

export function storedText(key: string): string | undefined {
  try {
    return unwritten.get(key) ?? localStorage.getItem(key) ?? undefined;
  } catch {
    return unwritten.get(key);
  }
}

/** Undefined forgets. */
export function storeText(key: string, value: string | undefined): void {
  unwritten.delete(key);
  try {
    if (value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    if (value !== undefined) unwritten.set(key, value);
  }
}
