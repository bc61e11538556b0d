// The types of events that this server can have: a name, by which clients join it, and the class of its rooms. Says which
// of them an event is that is stored; opens none, and knows no event.
import { roomName } from "../../protocol/messages.ts";
import type { Room } from "@colyseus/core";

/** The class of a type's rooms: an EventRoom, which says so itself (rooms/room-class). */
export type EventRoomClass = new () => Room;

/** A type of events. */
export interface EventType {
  /** By which it is joined, beside the name `event`, which means any. */
  readonly name: string;
  /** The class of its rooms. */
  readonly room: EventRoomClass;
}

/** What a path of matchmaking may hold (admission/http/http-gate), and no list of names has as a separator. */
const namePattern = /^[\w-]{1,64}$/;

export class EventTypes {
  /** The type of an event that is opened without one being asked for, and of those that 0.1.0 has stored. */
  readonly defaultName: string;
  readonly #types: Map<string, EventType>;

  /** The types of a server with one, which has no name of its own: it is joined as `event`. */
  static single(room: EventRoomClass): EventTypes {
    return new EventTypes([{ name: roomName, room }]);
  }

  /**
   * @param types at least one, each name once
   * @param defaultName the default type; the first, when left out
   * @throws TypeError with one sentence, for names that cannot be
   */
  constructor(types: readonly EventType[], defaultName?: string) {
    const [first] = types;
    if (first === undefined) throw new TypeError("A server needs at least one type of events");
    this.#types = new Map(types.map((type) => [type.name, type]));
    this.defaultName = defaultName ?? first.name;
    if (!this.#types.has(this.defaultName))
      throw new TypeError(`There is no type of events named ${JSON.stringify(this.defaultName)}`);
    for (const { name } of types) this.#check(name);
  }

  #check(name: string): void {
    const shown = JSON.stringify(name);
    if (!namePattern.test(name))
      throw new TypeError(`${shown} cannot name a type of events: 1 to 64 of A-Z, a-z, 0-9, _ and -`);
    if (name === roomName && name !== this.defaultName)
      throw new TypeError(`"${roomName}" can only name the default type: it means every event's own`);
  }

  /**
   * One more type, of a server that runs.
   * @throws TypeError with one sentence, for a name that cannot be, or is another type's
   */
  add(type: EventType): void {
    this.#check(type.name);
    if (this.#types.has(type.name))
      throw new TypeError(`There is a type of events named ${JSON.stringify(type.name)}`);
    this.#types.set(type.name, type);
  }

  /** All names, in the order in which they were given. */
  get names(): readonly string[] {
    return [...this.#types.keys()];
  }

  /** All of them. */
  all(): readonly EventType[] {
    return [...this.#types.values()];
  }

  /** The type of this name; undefined where this server has none. */
  get(name: string): EventType | undefined {
    return this.#types.get(name);
  }

  /** What events of these types are stored as; "" is among them, because some of the default type are. */
  get served(): readonly string[] {
    return [...new Set(["", ...this.names.map((name) => this.storedAs(name))])];
  }

  /** What a new event is stored as that is asked for by this name; of the default type by a name that is no type's. */
  storedFor(name: string | undefined): string {
    return this.storedAs(name !== undefined && this.#types.has(name) ? name : this.defaultName);
  }

  /**
   * What is stored of an event as its type. One without a name of its own is "", as everything that 0.1.0 stored: it
   * stays the default type when that gets a name.
   */
  storedAs(name: string): string {
    return name === roomName ? "" : name;
  }

  /** The type that is stored as `stored`; undefined for one that this server does not define. */
  ofStored(stored: string): EventType | undefined {
    return this.get(stored === "" || stored === roomName ? this.defaultName : stored);
  }

  /** The same types, each with the class that `bind` makes of its own. */
  bound(bind: (room: EventRoomClass) => EventRoomClass): EventTypes {
    const types = this.all().map(({ name, room }) => ({ name, room: bind(room) }));
    return new EventTypes(types, this.defaultName);
  }
}
