// One server in a process: Colyseus's matchmaker is one for all of it, and a second server's rooms would take the place of
// the first one's.
import { matchMaker } from "@colyseus/core";

/** Where the matchmaker says that it is taken: the same for every copy of this package that shares it. */
const taken = Symbol.for("holdfast.taken");

/** A server, as far as it matters here that it is the only one. */
interface Startable {
  listen(port?: number, host?: string): Promise<number>;
  close(): Promise<void>;
}

/**
 * Builds a server that has this process until it is closed, or has failed to start. Closed again, it does nothing.
 * @throws Error when another server has the process; and what `build` throws
 */
export function onlyOne<App extends Startable>(build: () => App): App {
  const giveBack = takeProcess();
  let closing: Promise<void> | undefined;
  const failed = (error: unknown) => {
    giveBack();
    throw error;
  };
  try {
    const app = build();
    return {
      ...app,
      listen: (...at) => app.listen(...at).catch(failed),
      close: () => (closing ??= app.close().finally(giveBack)),
    };
  } catch (error) {
    return failed(error);
  }
}

/** Returns what gives the process back; called again, that does nothing. */
function takeProcess(): () => void {
  const { controller } = matchMaker;
  if (Reflect.get(controller, taken) !== undefined)
    throw new Error(
      "createApp: another app of this process is open, and its rooms would be replaced; close() it first",
    );
  const mine = {};
  Reflect.set(controller, taken, mine);
  return () => {
    if (Reflect.get(controller, taken) === mine) Reflect.deleteProperty(controller, taken);
  };
}
