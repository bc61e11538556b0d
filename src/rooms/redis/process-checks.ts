// Whether processes of a cluster still live, as the framework checks it for its plain rooms: rows of a process that does not
// answer are taken out of the listing, and a process that had only stood still lists its rooms again. Events do not ask:
// their leases say who lives. The framework would begin with this before it listens (core 0.18.17, MatchMaker.ts:163-176), and
// wait for answers of the dead: here it begins afterwards.
import { matchMaker } from "@colyseus/core";
import type { ErrorReporter } from "./calm-presence.ts";

/** How often a process looks whether others have taken its rooms out of the listing; the framework's own interval. */
const lookEveryMs = 5000;

export class ProcessChecks {
  readonly #errors: ErrorReporter;
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;

  /** @param errors is given what Redis did not answer */
  constructor(errors: ErrorReporter) {
    this.#errors = errors;
  }

  /** The server listens: from now on processes that do not answer are found out. */
  begin(): void {
    matchMaker.setHealthChecksEnabled(true);
    matchMaker.stats.setAutoPersistInterval();
    matchMaker.healthCheckAllProcesses().catch(this.#report);
    this.#timer = setInterval(() => void this.#look(), lookEveryMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Another process took this one for dead, and left a receipt (MatchMaker.ts:1216-1256): it was mistaken. */
  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    const receipt = `swept:${matchMaker.processId}`;
    try {
      if (!(await matchMaker.presence.exists(receipt))) return;
      await matchMaker.presence.del(receipt); // first: what is taken out meanwhile leaves a new one
      await matchMaker.restoreMissingRoomCaches();
    } catch (error) {
      this.#report(error);
    } finally {
      this.#isLooking = false;
    }
  }

  readonly #report = (error: unknown): void => this.#errors.reportError("cluster", error);
}
