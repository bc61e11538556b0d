// Breaks of types of events: by which name what is joined, which class a stored event has, and who may open events.
import { type Break, breaksOf } from "../break.ts";

export const types: readonly Break[] = [
  ...breaksOf(
    "admission/admission.ts",
    ["room/event-types"],
    [
      ["T3", "any name joins any event", "&& asked !== type)", "&& false)"],
      ["T5", "must_exist is not heard", "request.mustExist ?? wanted.mustExist ?? false", "false"],
    ],
  ),
  ...breaksOf(
    "rooms/directory/event-opener.ts",
    ["room/event-types"],
    [
      [
        "T6",
        "a stored event is of the default type",
        "stored?.facts.type ?? this.#types.storedAs",
        "this.#types.storedAs",
      ],
      [
        "T7",
        "a type that nobody defines is the default one",
        "this.#types.ofStored(storedType);",
        "this.#types.all()[0];",
      ],
    ],
  ),
  ...breaksOf(
    "admission/admission.ts",
    ["pure/admission/admission"],
    [
      ["T10", "whoever joins opens events", 'eventCreation === "anyone" ||', "true ||"],
      ["T5", "404 is said without knowing", "this.#owner.isNew(roomId) ?", "true ?"],
    ],
  ),
  ...breaksOf(
    "rooms/directory/room-directory.ts",
    ["admission/event-places"],
    [
      ["J10", "events on their way have no place", "+ this.#opener.reading", ""],
      [
        "J10",
        "who joins an event on its way has none",
        "return this.#creating.has(eventId);",
        "return false;",
      ],
    ],
  ),
  ...breaksOf(
    "rooms/directory/room-directory.ts",
    ["room/create-event"],
    [
      ["T11", "an event that was created is not stored", "event.batch.touchFacts();", ""],
      ["T12", "an event that was created goes as one that nobody entered", "event.retention.remember();", ""],
    ],
  ),
  ...breaksOf(
    "rooms/directory/event-types.ts",
    ["pure/admission/event-types"],
    [
      [
        "T1",
        "what 0.1.0 has stored is of no type",
        'stored === "" || stored === roomName',
        "stored === roomName",
      ],
    ],
  ),
  ...breaksOf(
    "cluster/lua/claim.lua",
    ["redis/cluster/leases"],
    [
      ["T9", "an event of any type is claimed", "if not isServedBy(ARGV[10]) then", "if false then"],
      ["T9", "a lease's type counts for nothing", 'owner and (lease[4] or "") or ARGV[11]', "ARGV[11]"],
    ],
    "T9",
  ),
];
