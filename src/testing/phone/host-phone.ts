// A host in a test: an observer that may act on the people in the event, and on the event.
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
    return (await this.#ask(action)).done;
  }

  /**
   * Does it to several: to some by their `device_ids`, to everyone who is `away`, or to `all`.
   * @returns the devices that it was done to
   * @throws MessageRefused when the room says no
   * @example deepEqual(await host.actOn({ action: "extend_grace", to: "away", by_ms: 60_000 }), ["bob"]);
   */
  async actOn(action: HostAction): Promise<readonly string[]> {
    return (await this.#ask(action)).done_for ?? [];
  }

  async #ask(action: HostAction): Promise<HostActionResult> {
    const result = (await this.request(hostActionType, action)) as HostActionResult;
    if (result.error !== undefined) throw new MessageRefused(result.error);
    return result;
  }
}
