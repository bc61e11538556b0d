// A host in a test: an observer that may kick, change graces and close the event.
import type { EventSchema } from "../../schema/index.ts";
import { type HostAction, type HostActionResult, hostActionType } from "../../protocol/session.ts";
import { Phone } from "./phone.ts";
import { MessageRefused } from "./refused.ts";

/** A host's page in a test. */
export class HostPhone<S extends EventSchema = EventSchema> extends Phone<S> {
  /**
   * Does what only a host may.
   * @returns false when there was nobody it could be done to
   * @throws MessageRefused when the room says no
   * @example await host.act({ action: "kick", device_id: "bob" });
   */
  async act(action: HostAction): Promise<boolean> {
    const { done, error } = (await this.request(hostActionType, action)) as HostActionResult;
    if (error !== undefined) throw new MessageRefused(error);
    return done;
  }
}
