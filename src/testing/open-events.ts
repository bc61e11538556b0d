// Which events of this process are open, and the one server that they share: it begins with the first and ends with the last.
import type { Config } from "../config.ts";
import type { IdentityProvider } from "../identity/provider.ts";
import type { Logger } from "../ops/logger.ts";
import type { RoomClass } from "./server/incarnation.ts";
import { TestServer } from "./server/test-server.ts";

interface Given {
  readonly config: Partial<Config>;
  readonly identity: IdentityProvider | undefined;
  readonly log: Logger;
}

/** An event, as far as this has to know it. */
interface Open {
  readonly eventId: string;
}

export class OpenEvents {
  readonly #open = new Set<Open>();
  #server: Promise<TestServer> | undefined;
  #given: Given | undefined;

  /**
   * The server for an event of this class, and the name of its type there.
   * @throws Error when events of other settings are open
   */
  async serverFor(room: RoomClass, given: Given): Promise<{ server: TestServer; type: string }> {
    const wanted = nameOf(room);
    if (this.#server === undefined) {
      this.#given = given;
      this.#server = TestServer.start(given, wanted, room);
      this.#server.catch(() => (this.#server = undefined));
    } else this.#check(given);
    const server = await this.#server;
    return { server, type: server.typeOf(room, wanted) };
  }

  opened(event: Open, _server: TestServer): void {
    this.#open.add(event);
  }

  async close(event: Open): Promise<void> {
    this.#open.delete(event);
    if (this.#open.size > 0) return;
    const server = await this.#server;
    this.#server = undefined;
    await server?.close();
  }

  #check({ config, identity }: Given): void {
    const isSame =
      JSON.stringify(config) === JSON.stringify(this.#given?.config) && identity === this.#given?.identity;
    if (isSame) return;
    const names = [...this.#open].map(({ eventId }) => JSON.stringify(eventId)).join(", ");
    throw new Error(
      `testEvent: one process has one server, and ${names} is open on one of other settings; close() it first`,
    );
  }
}

/** A class's name, as a type of events may be called. */
function nameOf({ name }: RoomClass): string {
  return name.replaceAll(/[^\w-]/g, "_").slice(0, 50) || "Room";
}
