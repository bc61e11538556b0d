// An HTTP server without a port: clients in this process's memory are its connections. Everything behind its `connection`
// event is Node's and the framework's own code.
import type { Server } from "node:http";
import { createPatientServer } from "../../admission/http/slow-requests.ts";
import { MemorySocket } from "./memory-socket.ts";

/** An HTTP server that `listen` opens no port of. */
export class MemoryServer {
  /** What a transport is given. */
  readonly http: Server;
  readonly #links = new Set<MemorySocket>();
  #isOpen = false;

  constructor() {
    this.http = createPatientServer();
    this.http.listen = (...given: unknown[]) => {
      this.#isOpen = true;
      const listening = given.find((each) => typeof each === "function") as (() => void) | undefined;
      queueMicrotask(() => listening?.());
      return this.http;
    };
    this.http.close = (closed?: (error?: Error) => void) => {
      this.#isOpen = false;
      queueMicrotask(() => {
        closed?.();
        this.http.emit("close");
      });
      return this.http;
    };
  }

  /** A new connection's end for a client; one that is refused at once while nothing listens. */
  connect(): MemorySocket {
    const [client, server] = MemorySocket.pair();
    if (!this.#isOpen) {
      queueMicrotask(() => client.destroy(new Error("connect ECONNREFUSED: the server does not listen")));
      return client;
    }
    this.#links.add(server);
    server.once("close", () => this.#links.delete(server));
    this.http.emit("connection", server);
    return client;
  }

  /** Every connection is reset, and there will be none. */
  cut(): void {
    this.#isOpen = false;
    for (const link of this.#links) link.cut();
  }
}
