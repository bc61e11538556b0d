// What a patch has changed, as the decoder says it. Types only.

/** One field, or one item of a collection. */
export interface StateChange {
  /** The instance, or the collection, as it is now. */
  readonly ref: object;
  /** Whether it is an addition, a removal, or both: bits of the schema's OPERATION. */
  readonly op: number;
  /** Of an instance. */
  readonly field?: string;
  /** Of a collection: a map's key, anything else's index. */
  readonly dynamicIndex?: number | string;
  readonly value: unknown;
  readonly previousValue: unknown;
}

/** What has changed since the state before; undefined when it is another state, or nobody knows. */
export type StateChanges = readonly StateChange[] | undefined;
