// Clients that leave of their own accord, with what they give up; and all of them, because nobody serves the event for now.
import type { ConnectedClient } from "../connections/connection.ts";
import type { Connections } from "../connections/connections.ts";
import type { Parting } from "./lifetime/parting.ts";
import type { Decider } from "./ports.ts";

export class Leaving {
  readonly #event: Decider;
  readonly #connections: Pick<Connections, "forget" | "sendStop">;
  readonly #parting: Pick<Parting, "isGivenUp" | "isLost">;

  constructor(
    event: Decider,
    connections: Pick<Connections, "forget" | "sendStop">,
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

  /** For now nobody serves the event, and nobody is charged for that: who wants signs of life is sent that. */
  sendStop(): void {
    this.#connections.sendStop();
  }
}
