// Which events of this process are open, and the one server that they share: it begins with the first and ends with the last.
import type { RoomClass } from "./server/incarnation.ts";
import { type Given, TestServer } from "./server/test-server.ts";

/** An event, as far as this has to know it. */
interface Open {
  readonly eventId: string;
}

export class OpenEvents {
  readonly #open = new Set<Open>();
  /** So many are being opened: they need the server, too. */
  #opening = 0;
  #server: Promise<TestServer> | undefined;
  /** The server before this one has ended. */
  #ended: Promise<void> = Promise.resolve();
  #given: Given | undefined;
  #isWatched = false;

  /**
   * The server for an event of this class, and the name of its type there. It is kept until the event is `opened`, or
   * `notOpened`.
   * @throws Error when events of other settings are open
   */
  async serverFor(room: RoomClass, given: Given): Promise<{ server: TestServer; type: string }> {
    this.#opening += 1;
    try {
      await this.#ended.catch(() => {}); // whoever closed it has been told
      return await this.#serverFor(room, given);
    } catch (error) {
      await this.notOpened();
      throw error;
    }
  }

  async #serverFor(room: RoomClass, given: Given): Promise<{ server: TestServer; type: string }> {
    const wanted = nameOf(room);
    if (this.#server === undefined) {
      this.#given = given;
      this.#server = TestServer.start(given, wanted, room);
      this.#server.catch(() => (this.#server = undefined));
    } else this.#checkSettings(given);
    const server = await this.#server;
    return { server, type: server.typeOf(room, wanted) };
  }

  opened(event: Open): void {
    this.#opening -= 1;
    if (!this.#isWatched) process.once("exit", () => this.#nameThem());
    this.#isWatched = true;
    this.#open.add(event);
  }

  /** What `serverFor` was asked for could not be opened. */
  notOpened(): Promise<void> {
    this.#opening -= 1;
    return this.#endUnlessNeeded();
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

  /** @throws Error for an event that is closed */
  check(event: Open): void {
    if (!this.#open.has(event))
      throw new Error(`The event ${JSON.stringify(event.eventId)} is closed: nobody can join it any more`);
  }

  /** Called again for the same event, it does nothing. */
  async close(event: Open): Promise<void> {
    if (!this.#open.delete(event)) return;
    if (this.#open.size + this.#opening > 0) await (await this.#server)?.end(event.eventId);
    await this.#endUnlessNeeded();
  }

  #endUnlessNeeded(): Promise<void> {
    const server = this.#server;
    if (server === undefined || this.#open.size + this.#opening > 0) return Promise.resolve();
    this.#server = undefined;
    this.#ended = server.then((each) => each.close());
    return this.#ended;
  }

  #checkSettings({ config, identity, store }: Given): void {
    const given = this.#given;
    const isSame = identity === given?.identity && store === given?.store;
    if (isSame && JSON.stringify(config) === JSON.stringify(given?.config)) return;
    const open = this.#open.size === 0 ? "an event" : this.#names;
    throw new Error(
      `testEvent: one process has one server, and ${open} is open on one of other settings; close() it first`,
    );
  }
}

/** A class's name, as a type of events may be called. */
function nameOf({ name }: RoomClass): string {
  return name.replaceAll(/[^\w-]/g, "_").slice(0, 50) || "Room";
}
