// Clients that leave of their own accord, with what they give up.
import type { ConnectedClient } from "../connections/connection.ts";
import type { Connections } from "../connections/connections.ts";
import type { Parting } from "./parting.ts";
import type { Decider } from "./ports.ts";

export class Leaving {
  readonly #event: Decider;
  readonly #connections: Pick<Connections, "forget">;
  readonly #parting: Pick<Parting, "isGivenUp" | "isLost">;

  constructor(
    event: Decider,
    connections: Pick<Connections, "forget">,
    parting: Pick<Parting, "isGivenUp" | "isLost">,
  ) {
    this.#event = event;
    this.#connections = connections;
    this.#parting = parting;
  }

  /**
   * A client leaves of its own accord. Resolves when that is stored and announced: only then may its socket be closed with
   * code 4000, which promises that the seat is given up. One that could not be stored is closed otherwise.
   */
  async left({ connection }: ConnectedClient): Promise<void> {
    if (connection === undefined || connection.isGone) return;
    this.#connections.forget(connection);
    const { deviceId, id } = connection;
    if (deviceId === null) return;
    if (this.#parting.isGivenUp) return connection.close("serverShutdown");
    await new Promise<void>((resolve) => {
      this.#event.decide(deviceId, { type: "leave", connection: id }, resolve);
    });
    if (this.#parting.isLost) connection.close("serverShutdown");
    return undefined;
  }
}
