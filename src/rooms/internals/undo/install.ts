// Has the changes of every state in this process recorded while one is under way that may have to be taken back. Nothing is
// touched before an author asks for it (`onPublish`, `onTimer`).
import { Metadata, type Schema, TypeContext } from "@colyseus/schema";
import { lookFor } from "./log.ts";
import { recordRoots, recordTrees, recordViews } from "./trees.ts";
import { recordFields, recordValues } from "./values.ts";

let isInstalled = false;

/**
 * Makes what is changed in a state of this class one that `takenBackOnThrow` can take back.
 * @throws TypeError when it has a stream: what has been sent of one is not known, so that nothing can be taken back
 * @throws Error when the framework is another version than was read
 */
export function recordChangesOf(state: new () => object): void {
  const types = [...new TypeContext(state as typeof Schema).schemas.keys()];
  for (const type of types) refuseStreams(type);
  if (!isInstalled) {
    isInstalled = true;
    recordAll();
  }
  for (const type of types) recordFields(type);
}

function recordAll(): void {
  recordTrees();
  recordRoots();
  recordViews();
  recordValues();
}

/** @throws Error when the framework has a method no more that would have to be recorded */
export function lookForMethods(): void {
  lookFor(recordAll);
}

function refuseStreams(type: typeof Schema): void {
  const metadata = type[Symbol.metadata];
  for (const index in metadata) {
    const { name } = metadata[index] as unknown as { readonly name: string };
    if (Metadata.hasStreamAtIndex(metadata, Number(index)))
      throw new TypeError(
        `onPublish, onTimer: ${type.name} has a stream, ${name}: what a handler changes there cannot be taken back`,
      );
  }
}
