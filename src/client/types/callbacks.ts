// What an application is told of single changes in the state: the SDK's `Callbacks`, over all connections.
import type {
  ArraySchema,
  CollectionSchema,
  MapSchema,
  Schema,
  SetSchema,
  StreamSchema,
} from "@colyseus/schema";

type ListOf<Item> =
  | ArraySchema<Item>
  | SetSchema<Item>
  | CollectionSchema<Item>
  | (Item extends object ? StreamSchema<Item> : never);

/** The names of an instance's fields; any where nothing is known of it. */
export type FieldName<Of> = unknown extends Of
  ? string
  : {
      [Name in keyof Of]: Name extends keyof Schema ? never : Of[Name] extends Function ? never : Name;
    }[keyof Of] &
      string;

/** The names of an instance's collections; any where nothing is known of it. */
export type CollectionName<Of> = unknown extends Of
  ? string
  : { [Name in keyof Of]-?: KeyIn<NonNullable<Of[Name]>> extends never ? never : Name }[keyof Of] & string;

/** What is in a field. */
export type FieldValue<Of, Name> = Name extends keyof Of ? Of[Name] : unknown;

/** What is in a collection. */
export type ItemIn<Collection> = unknown extends Collection
  ? unknown
  : Collection extends MapSchema<infer Item>
    ? Item
    : Collection extends ListOf<infer Item>
      ? Item
      : never;

/** By what a collection's items are told apart: a map's key, anything else's index. */
export type KeyIn<Collection> = unknown extends Collection
  ? string | number
  : Collection extends MapSchema<infer _Item>
    ? string
    : Collection extends ListOf<infer _Item>
      ? number
      : never;

type Items<Of, Name> = ItemIn<NonNullable<FieldValue<Of, Name>>>;
type Keys<Of, Name> = KeyIn<NonNullable<FieldValue<Of, Name>>>;

/**
 * Handlers for single changes of the state, with the names and arguments of the SDK's `Callbacks`, but registered once for
 * all connections. A handler is told at once what is there, and then what changes; over a return, a join or a restart of the
 * server it is told what differs, by key, as if the connection had never been lost.
 *
 * The instances that handlers are given stand for the item and not for one connection's copy of it: they always show
 * what it is now, and after its removal what it was last. Handlers that are registered on one end with it.
 * Every method returns what ends the registration. A handler that throws stops nobody else; its error is reported as uncaught.
 * @example
 * const callbacks = stateCallbacks(session);
 * callbacks.onAdd("participants", (player, deviceId) => {
 *   const row = addRow(deviceId);
 *   callbacks.listen(player, "score", (score) => row.show(score));
 * });
 * callbacks.onRemove("participants", (player, deviceId) => removeRow(deviceId));
 */
export interface StateCallbacks<State = unknown> {
  /**
   * A field of the state: its value if it has one, and then whenever it has another. For a collection see the others.
   * @param immediate false: not the value that it has already
   */
  listen<Name extends FieldName<State>>(
    field: Name,
    handler: (value: FieldValue<State, Name>, previous: FieldValue<State, Name> | undefined) => void,
    immediate?: boolean,
  ): () => void;
  /** The same for a field of an instance that a handler was given, or that stands in `session.roomState`. */
  listen<Of extends object, Name extends FieldName<Of>>(
    instance: Of,
    field: Name,
    handler: (value: FieldValue<Of, Name>, previous: FieldValue<Of, Name> | undefined) => void,
    immediate?: boolean,
  ): () => void;
  /**
   * The items of a collection of the state: those that are there, and then each that is added.
   * @param immediate false: not those that are there already
   */
  onAdd<Name extends CollectionName<State>>(
    collection: Name,
    handler: (item: Items<State, Name>, key: Keys<State, Name>) => void,
    immediate?: boolean,
  ): () => void;
  /** The same for a collection of an instance. */
  onAdd<Of extends object, Name extends CollectionName<Of>>(
    instance: Of,
    collection: Name,
    handler: (item: Items<Of, Name>, key: Keys<Of, Name>) => void,
    immediate?: boolean,
  ): () => void;
  /** Each item that is removed from a collection of the state, as it was last. */
  onRemove<Name extends CollectionName<State>>(
    collection: Name,
    handler: (item: Items<State, Name>, key: Keys<State, Name>) => void,
  ): () => void;
  /** The same for a collection of an instance. */
  onRemove<Of extends object, Name extends CollectionName<Of>>(
    instance: Of,
    collection: Name,
    handler: (item: Items<Of, Name>, key: Keys<Of, Name>) => void,
  ): () => void;
  /** Each item of a collection of the state that is added, removed (then it is undefined) or another one; not what changes in it. */
  onChange<Name extends CollectionName<State>>(
    collection: Name,
    handler: (key: Keys<State, Name>, item: Items<State, Name> | undefined) => void,
  ): () => void;
  /** An instance's own fields: at most once a patch, whichever of them change. */
  onChange<Of extends object>(instance: Of, handler: () => void): () => void;
  /** The items of a collection of an instance. */
  onChange<Of extends object, Name extends CollectionName<Of>>(
    instance: Of,
    collection: Name,
    handler: (key: Keys<Of, Name>, item: Items<Of, Name> | undefined) => void,
  ): () => void;
}
