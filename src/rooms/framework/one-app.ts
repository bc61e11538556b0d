// One server in a process: Colyseus's matchmaker is one for all of it, and a second server's rooms would take the place of
// the first one's.
import { matchMaker } from "@colyseus/core";

/** Where the matchmaker says that it is taken: the same for every copy of this package that shares it. */
const taken = Symbol.for("holdfast.taken");

/** That a server has this process. */
export class ProcessClaim {
  /**
   * @param caller whose sentence it is when the process is taken
   * @throws Error when another server has the process
   */
  constructor(caller: string) {
    const { controller } = matchMaker;
    if (Reflect.get(controller, taken) !== undefined)
      throw new Error(
        `${caller}: another app of this process is open, and its rooms would be replaced; close() it first`,
      );
    Reflect.set(controller, taken, this);
  }

  /** The process is free for another. Called again, it does nothing. */
  release(): void {
    const { controller } = matchMaker;
    if (Reflect.get(controller, taken) === this) Reflect.deleteProperty(controller, taken);
  }
}
