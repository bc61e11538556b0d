// src/index.ts in a process without a global WebSocket.
Reflect.deleteProperty(globalThis, "WebSocket");
await import("../../../src/index.ts");
