// Which events of this process are open, and the one server that they share: it begins with the first and ends with the last.
import type { RoomClass } from "./server/incarnation.ts";
import { type Given, TestServer } from "./server/test-server.ts";

/** An event, as far as this has to know it. */
interface Open {
  readonly eventId: string;
}

export class OpenEvents {
  readonly #open = new Set<Open>();
  #server: Promise<TestServer> | undefined;
  #given: Given | undefined;
  #isWatched = false;

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

  opened(event: Open): void {
    if (!this.#isWatched) process.once("exit", () => this.#nameThem());
    this.#isWatched = true;
    this.#open.add(event);
  }

  /** The process ends, and somebody has forgotten something. */
  #nameThem(): void {
    if (this.#open.size === 0) return;
    process.stderr.write(
      `holdfast/testing: never closed: ${this.#names}; call close() when a test is over\n`,
    );
  }

  get #names(): string {
    return [...this.#open].map(({ eventId }) => JSON.stringify(eventId)).join(", ");
  }

  /** Called again for the same event, it does nothing. */
  async close(event: Open): Promise<void> {
    if (!this.#open.delete(event) || this.#open.size > 0) return;
    const server = await this.#server;
    this.#server = undefined;
    await server?.close();
  }

  #check({ config, identity, store }: Given): void {
    const given = this.#given;
    const isSame = identity === given?.identity && store === given?.store;
    if (isSame && JSON.stringify(config) === JSON.stringify(given?.config)) return;
    throw new Error(
      `testEvent: one process has one server, and ${this.#names} is open on one of other settings; close() it first`,
    );
  }
}

/** A class's name, as a type of events may be called. */
function nameOf({ name }: RoomClass): string {
  return name.replaceAll(/[^\w-]/g, "_").slice(0, 50) || "Room";
}
