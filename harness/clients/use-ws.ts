// Makes the SDK use the `ws` package, whose sockets can be cut and paused; imported before the SDK.
// (Colyseus's core reads WebSocket.OPEN from the global one, so it must stay there.)
import { WebSocket } from "ws";

Reflect.set(globalThis, "WebSocket", WebSocket);
