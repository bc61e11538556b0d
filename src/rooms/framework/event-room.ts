// A type of events among the rooms of a server: what `eventRoom(Quiz)` returns, beside what `defineRoom(Lobby)` does.
import { RegisteredHandler, Room } from "@colyseus/core";
import type { EventRoom } from "../EventRoom.ts";
import { type EventRoomClass, EventTypes } from "../directory/event-types.ts";
import { checkRoomClass } from "../room-class.ts";
import { roomName } from "../../protocol/messages.ts";

/** An EventRoom of any schema. */
export type AnyEventRoom = EventRoom<any>; // oxlint-disable-line no-explicit-any -- a room both reads and writes its own

/** What `eventRoom` is told of a type beside its class. */
export interface EventRoomSettings {
  /** The type of an event that is opened as `event`, without a type being asked for. The first type, where none says so. */
  readonly default?: boolean;
}

/** Serves the rooms of one type of events. */
export class EventRoomHandler<R extends AnyEventRoom = AnyEventRoom> extends RegisteredHandler<R> {
  readonly roomClass: EventRoomClass;
  readonly isDefault: boolean;

  /**
   * @param what names the class in the sentence, where it is none of a room
   * @throws TypeError when the class is no EventRoom, or cannot work
   */
  constructor(room: new () => R, isDefault: boolean, what = "eventRoom: what it is given") {
    checkRoomClass(room as unknown as typeof EventRoom, what);
    super(room);
    this.roomClass = room as unknown as EventRoomClass;
    this.isDefault = isDefault;
  }

  /** From now on its rooms are of this class, which is bound to a process. */
  bind(room: EventRoomClass): void {
    this.klass = room as never;
    this.filterOptions = ["event_id"] as never;
  }

  override filterBy(): never {
    throw new TypeError(`eventRoom(${this.roomClass.name}).filterBy: an event is found by its event_id`);
  }

  override sortBy(): never {
    throw new TypeError(`eventRoom(${this.roomClass.name}).sortBy: an event is found by its event_id`);
  }
}

/**
 * Marks a class as the rooms of a type of events, among the rooms of a server.
 * @example
 * rooms: { lobby: defineRoom(LobbyRoom), quiz: eventRoom(QuizRoom), buzzer: eventRoom(BuzzerRoom, { default: true }) }
 * @throws TypeError when the class is no EventRoom, or cannot work, in one sentence
 */
export function eventRoom<R extends AnyEventRoom>(
  room: new () => R,
  settings: EventRoomSettings = {},
): EventRoomHandler<R> {
  return new EventRoomHandler(room, settings.default === true);
}

/** The types of events among a server's rooms. @throws TypeError with one sentence for what cannot work */
export function typesAmong(rooms: Readonly<Record<string, unknown>>): EventTypes {
  const handlers = Object.entries(rooms).flatMap(([name, handler]) => {
    if (handler instanceof EventRoomHandler) return [{ name, handler }];
    checkPlainRoom(name, handler);
    return [];
  });
  if (handlers.length === 0)
    throw new TypeError("rooms: at least one has to be a type of events: quiz: eventRoom(QuizRoom)");
  const [byDefault, another] = handlers.filter(({ handler }) => handler.isDefault);
  if (another !== undefined)
    throw new TypeError(`rooms: ${byDefault?.name} and ${another.name} cannot both be the default type`);
  const types = handlers.map(({ name, handler }) => ({ name, room: handler.roomClass }));
  return new EventTypes(types, byDefault?.name);
}

function checkPlainRoom(name: string, given: unknown): void {
  const room: unknown = isHandler(given) ? given.klass : given;
  if (name === roomName)
    throw new TypeError(`rooms.${name}: this name means an event, of whatever type; give the room another`);
  const where = `rooms.${name}`;
  if (given?.constructor.name === EventRoomHandler.name)
    throw new TypeError(`${where}: this eventRoom is of another copy of holdfast; keep one of them`);
  if (typeof room !== "function") return; // the framework says what it takes
  if (isEventRoom(room))
    throw new TypeError(`${where}: ${room.name} is an EventRoom; use eventRoom(${room.name})`);
  if (!(room.prototype instanceof Room) && room !== Room)
    throw new TypeError(
      `${where}: ${room.name} extends no Room of the @colyseus/core that Holdfast runs on; keep one copy of it (npm ls @colyseus/core)`,
    );
}

const isHandler = (given: unknown): given is { klass: unknown } =>
  typeof given === "object" && given !== null && "klass" in given;

/** Also one of another copy of this package. */
function isEventRoom(room: Function): boolean {
  for (let type: unknown = room; typeof type === "function"; type = Object.getPrototypeOf(type))
    if (type.name === "EventRoom") return true;
  return false;
}
