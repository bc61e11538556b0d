// Puts the bad network under this page. Imported before anything that could keep the browser's own WebSocket or fetch.
import { BadNetwork } from "./bad-network.ts";
import { socketOver } from "./socket.ts";

/** The network of this page. */
export const network = new BadNetwork({
  now: () => performance.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
});

window.WebSocket = socketOver(network, window.WebSocket);
window.fetch = network.fetchOver(window.fetch.bind(window));
