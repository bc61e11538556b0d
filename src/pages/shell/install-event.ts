// What the browser says of installing: it says it once, perhaps long before anybody asks.

/** Chromium's own event; no other browser has it. */
export interface InstallPrompt extends Event {
  prompt(): Promise<unknown>;
}

let offered: InstallPrompt | undefined;
const listeners = new Set<() => void>();

function become(offer: InstallPrompt | undefined): void {
  offered = offer;
  for (const listener of listeners) listener();
}

/** Listens from now on. */
export function awaitInstallOffer(): void {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    become(event as InstallPrompt);
  });
  addEventListener("appinstalled", () => become(undefined));
}

/** What can be offered now. */
export const installOffer = (): InstallPrompt | undefined => offered;

/** Calls `listener` whenever that is another; returns what stops it. */
export function onInstallOffer(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Asks the person, once: the offer is used up by it. */
export function install(): void {
  const offer = offered;
  become(undefined);
  void offer?.prompt();
}
