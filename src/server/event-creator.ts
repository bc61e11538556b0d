// `app.createEvent`: what a server's own code asks for is checked, and the event made wherever it belongs.
import { type CreationParts, EventCreation } from "../admission/event-creation.ts";
import type { RequestCarrier } from "../cluster/carrying/request-carrier.ts";
import { type ChangeLimits, checkChange } from "../event/details/change-limits.ts";
import type { EventChange } from "../protocol/event-details.ts";
import { whyNotAnEventId } from "../protocol/incoming/join-options.ts";
import {
  type CreatedEvent,
  type Creation,
  type DescribedCreation,
  detailsOf,
  optionsAsJson,
} from "../protocol/incoming/opening.ts";
import type { EventMaker } from "../host-api/ports.ts";
import type { EventTypes } from "../rooms/directory/event-types.ts";

export type { CreatedEvent };

/** An event that is to be there. */
export interface NewEvent {
  /** 1 to 128 code points, without control characters. */
  readonly eventId: string;
  /** The name of its type; the default one when left out. Of an event that is there, what it must be. */
  readonly type?: string;
  /** What `onEventOpened` is given, at the start and after every restart: JSON, up to 16,384 characters of it. */
  readonly options?: unknown;
  /** What a host may say of it, under the names of `HostClient.create`. Of an event that is there nothing of it is changed. */
  readonly details?: EventChange;
}

/** Settings of these names, in lower case. */
interface CreatorSettings extends ChangeLimits {
  /** How many events may be open here at once. */
  readonly maxEvents: number;
}

export class EventCreator implements EventMaker {
  readonly #types: EventTypes;
  readonly #local: EventCreation;
  readonly #carrier: RequestCarrier | undefined;
  readonly #settings: CreatorSettings;
  #isReady = false;

  /**
   * @param carrier in a cluster, where an event may be another process's
   */
  constructor(
    parts: CreationParts & { readonly types: EventTypes },
    settings: CreatorSettings,
    carrier: RequestCarrier | undefined,
  ) {
    this.#types = parts.types;
    this.#settings = settings;
    this.#local = new EventCreation(parts, settings.maxEvents);
    this.#carrier = carrier;
    carrier?.createBy(this.#local);
  }

  /** The server listens, or is about to: events can be opened. */
  begin(): void {
    this.#isReady = true;
  }

  /** See `App.createEvent`. */
  async create({ eventId, type, options, details }: NewEvent): Promise<CreatedEvent> {
    if (!this.#isReady)
      throw new Error("createEvent: the server does not listen yet; call it after listen()");
    const why = typeof eventId === "string" ? whyNotAnEventId(eventId) : "it must be a string";
    if (why !== undefined) throw new TypeError(`createEvent: invalid eventId: ${why}`);
    if (type !== undefined && this.#types.get(type) === undefined)
      throw new TypeError(
        `createEvent: there is no type of events ${JSON.stringify(type)}; there are ${this.#types.names.join(", ")}`,
      );
    const json = optionsAsJson(options);
    const said = detailsOf(details);
    if (said !== undefined) checkChange(said, this.#settings);
    const creation = {
      eventId,
      ...(type === undefined ? {} : { type }),
      ...(json === undefined ? {} : { options: json }),
      ...(said === undefined ? {} : { details: said }),
    };
    const { isNew, type: typeName } = await this.open(creation);
    return { eventId, type: typeName, isNew };
  }

  hasType(name: string): boolean {
    return this.#types.get(name) !== undefined;
  }

  /** Makes sure that a checked event is there, wherever it belongs. @throws Refusal */
  open(creation: Creation): Promise<DescribedCreation> {
    return this.#carrier === undefined ? this.#local.create(creation) : this.#carrier.create(creation);
  }
}
