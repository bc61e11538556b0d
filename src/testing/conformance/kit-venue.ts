// The test kit's server, on virtual time.
import { TestLog } from "../server/test-log.ts";
import type { HostSession } from "../../protocol/session.ts";
import type { AnyEventRoom } from "../../rooms/framework/event-room.ts";
import { post } from "../phone/wire-connection.ts";
import { TestServer } from "../server/test-server.ts";
import type { Venue } from "./venue.ts";

/** The default of `EVENT_RETENTION_MS`. */
const retentionMs = 600_000;
/** The type under which the class is served. */
const eventType = "tested";

export class KitVenue implements Venue {
  readonly eventType = eventType;
  readonly retentionMs = retentionMs;
  readonly #server: TestServer;
  #hostToken: Promise<string> | undefined;

  private constructor(server: TestServer) {
    this.#server = server;
  }

  /** @throws Error while another app is open in this process */
  static async open(room: new () => AnyEventRoom): Promise<KitVenue> {
    const config = { storeUrl: "memory:", eventRetentionMs: retentionMs } as const;
    const given = { config, identity: undefined, store: undefined, log: new TestLog("silent") };
    return new KitVenue(await TestServer.start(given, eventType, room));
  }

  get network() {
    return this.#server;
  }

  advance(ms: number): Promise<void> {
    return this.#server.advance(ms);
  }

  readonly restart = (how: "restart" | "crash", downMs: number): Promise<void> =>
    how === "restart" ? this.#server.restart(downMs) : this.#server.crash(undefined, downMs);

  /** As a browser gets one: for a one-time code. It is good over restarts. */
  readonly hostToken = (): Promise<string> => (this.#hostToken ??= this.#server.until(this.#exchange()));

  async #exchange(): Promise<string> {
    const code = this.#server.life.newHostCode();
    return (await post<HostSession>(this.#server, "/host/session", { code })).host_token;
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}
