// What a room author's class may be: checked once, before a server is built with it, so that what cannot work is one
// sentence at the start and neither a failure of every join nor nothing at all.
import { Room } from "@colyseus/core";
import { EventRoom } from "./EventRoom.ts";

const hooks = "onEventOpened, onSeatTaken, onSeatAway, onSeatReturned or onSeatLeft";

/** All that EventRoom defines holds seats, and so does what it keeps the framework from calling: not an author's names. */
const frameworks = ["onAuth", "onReconnect", "onMessage", "onMessageBytes", "allowReconnection", "metadata"];
/** Of AuthorRoom: what its author's code is given, and no other part of it may replace; and what admission asks. */
const forAuthors = ["participants", "save", "closeEvent", "timers", "onTimer", "requestSeat"];
const ownNames = new Set([
  ...frameworks,
  ...forAuthors,
  ...Object.getOwnPropertyNames(EventRoom.prototype),
  ...Object.getOwnPropertyNames(Room.prototype).filter((name) => name.startsWith("_")),
]);
ownNames.delete("constructor");

/** What Colyseus calls in its devMode only. */
const devModeHooks = ["onCacheRoom", "onRestoreRoom"];
/** What Colyseus would call of a plugin, around lifecycle hooks that are EventRoom's. */
const pluginHooks = ["onCreate", "onAuth", "onJoin", "onLeave", "onDispose"];

/**
 * Makes one room of the class, for nothing but to look at it (as the framework does for each event: no hook is called).
 * @param what names it in the sentence, where it is no class of a room
 * @throws TypeError with one sentence, when the class is no EventRoom, takes a name that EventRoom needs itself, or
 *   relies on what Colyseus would never call here
 */
export function checkRoomClass(room: typeof EventRoom, what: string): void {
  if (room !== EventRoom && !(room?.prototype instanceof EventRoom))
    throw new TypeError(`${what} must be a class that extends EventRoom`);
  for (let type = room; type !== EventRoom; type = Object.getPrototypeOf(type)) {
    const isAuthStatic = Object.hasOwn(type, "onAuth");
    const names = Object.getOwnPropertyNames(type.prototype);
    const taken = isAuthStatic ? "onAuth" : names.find((name) => ownNames.has(name));
    if (taken !== undefined)
      throw new TypeError(`${room.name} overrides ${taken}, which EventRoom needs itself; use ${hooks}`);
  }
  checkFields(room.name, made(room));
}

/** V8's words for a field that has the name of a property that is locked. */
const lockedName = /(?:redefine property: |read only property ')(\w+)/;

function made(room: typeof EventRoom): EventRoom {
  try {
    return new room();
  } catch (error) {
    const name = lockedName.exec((error as Error).message)?.[1];
    if (name === undefined) throw error;
    throw new TypeError(`${room.name} has a field ${name}, which EventRoom needs itself; use ${hooks}`, {
      cause: error,
    });
  }
}

function checkFields(name: string, room: EventRoom): void {
  const refuse = (sentence: string): never => {
    throw new TypeError(`${name} ${sentence}`);
  };
  const ours = new Set(Object.getOwnPropertyNames(new EventRoom()));
  for (const field of Object.getOwnPropertyNames(room))
    if (!ours.has(field) && field in EventRoom.prototype)
      refuse(`has a field ${field}, which would hide what EventRoom has by this name`);
  if (room.state !== undefined)
    refuse("has a state of its own; add fields with defineEventState and set `schema`");
  if (room.autoDispose)
    refuse("sets autoDispose; an event ends when nobody has had a seat for EVENT_RETENTION_MS");
  const never = devModeHooks.find((hook) => Reflect.get(room, hook) !== undefined);
  if (never !== undefined)
    refuse(`has ${never}, which is called in Colyseus's devMode only; use onSave and onRestore`);
  const hook = Object.values((room.plugins ?? {}) as Record<string, object>)
    .flatMap(withDependencies)
    .flatMap((plugin) => pluginHooks.filter((each) => Reflect.get(plugin, each) !== undefined))[0];
  if (hook !== undefined)
    refuse(
      `has a plugin with ${hook}, which is not called in an event; use ${hooks}, and plugins for messages`,
    );
}

/** A plugin and the prototypes of those that it brings along. */
function withDependencies(plugin: object): object[] {
  const { dependencies = [] } = plugin.constructor as { dependencies?: { prototype: object }[] };
  return [plugin, ...dependencies.flatMap(({ prototype }) => withDependencies(prototype))];
}
