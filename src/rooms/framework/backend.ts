// What the framework keeps outside of its rooms: its listing and its presence. In a cluster both are on Redis.
import { LocalDriver, LocalPresence, type MatchMakerDriver, type Presence } from "@colyseus/core";

export interface Backend {
  readonly driver: MatchMakerDriver;
  readonly presence: Presence;
}

/** The end of the process's parts. Implemented by server/lifetime. */
export interface Ending {
  /** Stops everything that is left, and closes the store. Called again, it does nothing more. */
  end(): Promise<void>;
}

/** For a process that is alone. */
export function localBackend(): Backend {
  return { driver: new LocalDriver(), presence: new LocalPresence() };
}

/**
 * The same, and the framework waits for our end with its driver's: that is the last thing that it waits for before it
 * ends the process (Server.ts:386-410), and nothing that a server's owner calls takes its place.
 */
export function endingWith(backend: Backend, ending: Ending): Backend {
  const { driver } = backend;
  const shutDown = driver.shutdown.bind(driver);
  driver.shutdown = async () => {
    await shutDown();
    await ending.end();
  };
  return backend;
}

/** True for a driver or a presence of one process. */
export function isLocal(given: unknown): boolean {
  return given instanceof LocalDriver || given instanceof LocalPresence;
}
