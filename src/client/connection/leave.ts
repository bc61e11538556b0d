// Tells a room that the seat is given up: over the connection that is there, or over one that is made for it. Never by a
// join: that could take a new seat.
import type { Environment, Timer } from "../platform/environment.ts";
import type {
  Connection,
  ConnectionListener,
  Dialed,
  Dialer,
  ReconnectionCredentials,
} from "./connection.ts";

/**
 * Over the connection that there is, or by the credentials that there are. Resolves when the room knows, cannot be told, or
 * after `limitMs`; nothing is under way then.
 */
export async function giveSeatUp(
  connection: Connection | undefined,
  credentials: ReconnectionCredentials | undefined,
  dialer: Dialer,
  environment: Environment,
  limitMs: number,
): Promise<void> {
  if (connection !== undefined) await leaveOver(connection, environment, limitMs);
  else if (credentials !== undefined) await leaveByDialing(dialer, credentials, environment, limitMs);
}

async function leaveOver(connection: Connection, environment: Environment, limitMs: number): Promise<void> {
  await within(connection.leave(), environment, limitMs);
  connection.drop();
}

async function leaveByDialing(
  dialer: Dialer,
  credentials: ReconnectionCredentials,
  environment: Environment,
  limitMs: number,
): Promise<void> {
  const dialing = dialer.dial({ path: "token", credentials }, nobody);
  await within(dialing.result.then(leaveIfJoined), environment, limitMs);
  dialing.abort();
}

/** Nobody wants to know what else comes. */
const nobody: ConnectionListener = {
  bytesReceived() {},
  stateReceived() {},
  messageReceived() {},
  closed() {},
};

async function leaveIfJoined(dialed: Dialed): Promise<void> {
  if (dialed.type === "joined") await dialed.connection.leave();
}

async function within(done: Promise<void>, environment: Environment, limitMs: number): Promise<void> {
  let timer: Timer | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = environment.after(limitMs, resolve);
  });
  await Promise.race([done, limit]);
  timer?.cancel();
}
