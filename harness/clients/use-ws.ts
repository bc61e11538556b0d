// Makes the SDK use the `ws` package, whose sockets can be cut and paused; imported before the SDK. It takes the global
// WebSocket when it is loaded, and never again; so the global is another one for that moment only.
// (Colyseus's core reads WebSocket.OPEN from the global one, so there has to be one.)
import { WebSocket } from "ws";

const ofNode = globalThis.WebSocket;
Reflect.set(globalThis, "WebSocket", WebSocket);
await import("@colyseus/sdk");
Reflect.set(globalThis, "WebSocket", ofNode);
