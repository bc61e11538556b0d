// For tests: has the sockets of one address opened by somebody else, who need not open a port. Not in anybody's page: only
// holdfast/testing imports this.
//
// Undocumented, as read in sdk 0.18.4: WebSocketTransport.connect makes the socket, puts it into `ws` and its handlers onto it.
// Pinned by test/rooms/kit/clients.test.ts.
import { WebSocketTransport } from "@colyseus/sdk/transport/WebSocketTransport";

/** A socket as the transport has it. */
type Socket = WebSocketTransport["ws"];

/** Opens a socket. */
export type OpenSocket = (url: string) => unknown;

const openers = new Map<string, OpenSocket>();
let isReplaced = false;

/** From now on, sockets of the SDK to this host are opened by `open`; all others as ever. */
export function openSocketsBy(host: string, open: OpenSocket): void {
  openers.set(host, open);
  if (isReplaced) return;
  isReplaced = true;
  const connect = WebSocketTransport.prototype.connect;
  WebSocketTransport.prototype.connect = function (this: WebSocketTransport, url, headers) {
    const opener = openers.get(new URL(url).host);
    if (opener === undefined) return connect.call(this, url, headers);
    const socket = opener(url) as Socket;
    this.ws = socket;
    const { events } = this;
    const handlers = {
      onopen: (event: unknown) => events.onopen?.(event as never),
      onmessage: (event: unknown) => events.onmessage?.(event as never),
      onclose: (event: unknown) => events.onclose?.(event as never),
      onerror: (event: unknown) => events.onerror?.(event as never),
    };
    Object.assign(socket, { binaryType: "arraybuffer", ...handlers });
  };
}
