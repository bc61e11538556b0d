// The framework's static onAuth of every event room: for a join that comes by Colyseus's own matchmaker, which nobody
// outside can reach. Ours reserve seats without it (admission/matchmaking).
import type { AuthContext } from "@colyseus/core";
import type { Admission } from "../../admission/admission.ts";
import type { RefusalReports } from "../../admission/matchmaking.ts";
import { callerOf } from "../../admission/http/peer.ts";
import { asRefusal } from "../../admission/refusals.ts";
import type { Claim } from "../../identity/identity.ts";
import { directHeader, peerHeader } from "../../protocol/peer-headers.ts";
import { asServerError, withoutServerError } from "./server-errors.ts";

export class FrameworkAuth {
  readonly #admission: Admission;
  readonly #reports: RefusalReports;
  /** The matchmaker asks again, with the same object, when it retries: by then the token is gone from it. */
  readonly #read = new WeakMap<object, Claim>();

  constructor(admission: Admission, reports: RefusalReports) {
    this.#admission = admission;
    this.#reports = reports;
  }

  /** @throws ServerError with one of the contract's codes and a sentence. */
  readonly authorize = async (
    token: string | undefined,
    options: unknown,
    { headers }: AuthContext,
  ): Promise<Claim> => {
    const known = isObject(options) ? this.#read.get(options) : undefined;
    if (known !== undefined) return known;
    try {
      const [peer, direct] = [headers.get(peerHeader), headers.get(directHeader)];
      const all: Record<string, string> = {};
      headers.forEach((value, name) => (all[name] = value));
      const caller = callerOf(peer, direct, all);
      const { claim } = await this.#admission.admit(token, options, caller, undefined);
      if (isObject(options)) {
        scrub(options, claim);
        this.#read.set(options, claim);
      }
      return claim;
    } catch (error) {
      const refusal = asRefusal(withoutServerError(error), this.#reports, "join");
      this.#reports.recordRefusal(refusal, {});
      throw asServerError(refusal);
    }
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

/** Join options travel on to the room, to another process, into error texts: leave nothing secret or hostile in them. */
function scrub(options: Record<string, unknown>, claim: Claim): void {
  for (const key of Object.keys(options)) {
    if (key !== "device_id") delete options[key];
  }
  options.event_id = claim.eventId;
}
