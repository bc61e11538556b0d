// Pins what src/rooms/internals/undo knows of @colyseus/schema 5.0.34: every field that it saves, and every method that
// changes one. A new field or method turns red here, and has to be read before it is added to the list.
import {
  $changes,
  ArraySchema,
  ChangeTree,
  CollectionSchema,
  Encoder,
  MapSchema,
  Root,
  SetSchema,
  StateView,
  schema,
  t,
} from "@colyseus/schema";
import { expect } from "chai";
import { recordChangesOf } from "../../../src/rooms/internals/undo/install.ts";
import { before as beforeMethods, takenBackOnThrow, UndoLog } from "../../../src/rooms/internals/undo/log.ts";
import { defineEventState } from "../../../src/schema/event-state.ts";

const fieldsOf = (object: object) => Reflect.ownKeys(object).map(String).toSorted().join(" ");
const symbols = (...names: string[]) => names.map((name) => `Symbol(${name})`);
const sorted = (...names: string[]) => names.toSorted().join(" ");
const methodsOf = (type: { prototype: object }) =>
  Reflect.ownKeys(type.prototype).map(String).toSorted().join(" ");

const item = schema({ n: t.number(), fast: t.number().unreliable(), own: t.map("number") }, "PinnedItem");
const set = { $items: 1, $refId: 1, deletedItems: 1, _stream: 1 };

describe("what is known of the framework's state", () => {
  const one = new item();
  const encoder = new Encoder(one);

  it("[E23] the fields of a change tree, of the encoder's root, of a queue's node and of a view", () => {
    const tree =
      "_fullSyncGen _isSchema _parentIndex changesNode collDirty collPureOps dirtyHigh dirtyLow encDescriptor extraParents flags metadata ops opsHigh opsLow parentRef paused ref refTarget root subscribedViews tagViews unreliableChangesNode unreliableRecorder visibleViews".split(
        " ",
      );
    one.n = 1;
    const known = new Set(tree);
    for (const { [$changes]: changes } of [one, one.own] as unknown as Record<symbol, ChangeTree>[])
      expect(Reflect.ownKeys(changes as ChangeTree).filter((name) => !known.has(String(name)))).to.deep.equal(
        [],
      );
    const recorder = (one[$changes] as ChangeTree).ensureUnreliableRecorder();
    expect(fieldsOf(recorder)).to.equal("dirtyHigh dirtyLow ops");
    expect(fieldsOf(encoder.root)).to.equal(
      "_freeViewIds _nextViewId _nodePool activeViews changeTrees changes nextUniqueId pendingFilterRefresh refCount streamTrees types unreliableChanges",
    );
    expect(fieldsOf(encoder.root.changes)).to.equal("next nextPosition tail");
    expect(fieldsOf(encoder.root.changes.next as object)).to.equal("changeTree next position prev");
    const view = new StateView(true);
    view.add(one);
    expect(fieldsOf(view)).to.equal("_bit _root _slot changes id items iterable");
  });

  it("[E23] the fields of instances and collections", () => {
    expect(fieldsOf(one)).to.equal(sorted(...symbols("$changes", "$values", "$refId")));
    const array = new ArraySchema<number>(1);
    const target = (Reflect.get(array, $changes) as ChangeTree).refTarget as object;
    const arrayFields = "_needsCompaction deletedIndexes isMovingItems items tmpItems".split(" ");
    expect(fieldsOf(target)).to.equal(
      sorted(
        ...arrayFields,
        ...symbols("$changes", "$childType", "$proxyTarget", "$refId", "Symbol.unscopables"),
      ),
    );
    const map = new MapSchema<number>({ a: 1 });
    map.delete("a");
    expect(fieldsOf(map)).to.equal(
      sorted("$items", "_stream", "childType", "journal", ...symbols("$changes", "$childType", "$refId")),
    );
    expect(fieldsOf(Reflect.get(map, "journal"))).to.equal("indexByKey keyByIndex nextIndex snapshots");
    const known = new Set([...Object.keys(set), ...symbols("$changes", "$childType", "$refId")]);
    for (const collection of [new SetSchema([1]), new CollectionSchema([1])])
      expect(Reflect.ownKeys(collection).filter((name) => !known.has(String(name)))).to.deep.equal([]);
  });

  it("[E23] the methods that may change something", () => {
    expect(methodsOf(MapSchema)).to.equal(
      "$indexes Symbol(Symbol.iterator) Symbol(Symbol.toStringTag) _collectionIndexes _dropView _unregister clear clone constructor delete entries forEach get getIndex getOrInsert getOrInsertComputed has isTrackingPaused keys maxPerTick pauseTracking priority resumeTracking set setIndex size toJSON untracked values ~deleteByIndex ~getByIndex ~onEncodeEnd ~reset ~resyncPrune",
    );
    const ofSets =
      "Symbol(Symbol.iterator) _dropView _unregister add clear clone constructor delete entries forEach getIndex has isTrackingPaused maxPerTick pauseTracking priority resumeTracking setIndex size toArray toJSON untracked values ~deleteByIndex ~getByIndex ~onEncodeEnd ~reset ~resyncPrune";
    expect(methodsOf(SetSchema)).to.equal(ofSets);
    expect(methodsOf(CollectionSchema)).to.equal(sorted(...ofSets.split(" "), "at"));
    expect(methodsOf(ArraySchema)).to.equal(
      "$cancelAdd $changeAt $deleteAt $isUnsentAdd $reindexChildren $setAt $wireIndex Symbol(Symbol.iterator) at clear clone concat copyWithin entries every fill filter find findIndex findLast findLastIndex flat flatMap forEach includes indexOf isTrackingPaused join keys lastIndexOf length map move pauseTracking pop push reduce reduceRight resumeTracking reverse shift shuffle slice some sort splice toArray toJSON toLocaleString toReversed toSorted toSpliced toString unshift untracked values with ~deleteByIndex ~getByIndex ~onDecodeEnd ~onEncodeEnd ~reset ~resyncPrune constructor"
        .split(" ")
        .toSorted()
        .join(" "),
    );
    expect(methodsOf(ChangeTree)).to.equal(
      "_markDirty _opAt _opPut _routeAndRecord addParent change changed constructor delete discard discardAll endEncode endEncodeUnreliable ensureUnreliableRecorder findParent forEach forEachChild forEachChildWithCtx forEachLive forEachLiveWithCtx forEachWithCtx getAllParents getChange getValue has hasFilteredFields hasParent indexInParent indexedOperation insertAt isArray isFieldFullStateOnly isFieldStream isFieldUnreliable isFiltered isFullStateOnly isNew isPatchOnly isStreamCollection isUnreliable isVisibilitySharedWithParent markDirty needsRestage operation operationAt parent parentIndex pause record recordDelete recordPure recordRaw recycle removeAt removeParent reset resume setOperationAt setParent setParentIndex setRoot size unshift untracked",
    );
    expect(methodsOf(Root)).to.equal(
      "_appendToList _moveNextToParentInList _removeNode acquireViewId add constructor enqueueChangeTree enqueueFilterRefresh enqueueUnreliable forEachActiveView moveNextToParent recursivelyMoveNextToParent registerStream registerView releaseNode releaseViewId remove removeFromQueue removeFromUnreliableQueue unregisterStream unregisterView",
    );
    expect(methodsOf(StateView)).to.equal(
      "_add _addImmediate _bindRoot _clearSubscribed _dropPendingEntries _markSubtreeVisible _recursiveDeleteVisibleChangeTree _removeViewField _setSubscribed _touchAncestorsOf add addParentOf addTag clear constructor dispose has hasTag hasTagOnTree isChangeTreeVisible isSubscribed isVisible markVisible remove removeAllTagsOnTree removeTag subscribe unmarkVisible unsubscribe",
    );
  });

  it("[E23] a method that is not there any more is named in one sentence", () => {
    const Other = { name: "Other", prototype: {} };
    expect(() => beforeMethods(Other, ["renamed"], () => {})).to.throw(
      "@colyseus/schema has no Other.renamed any more: re-read src/rooms/internals/undo",
    );
  });

  it("[P18] taking back costs what was touched, not what there is", () => {
    const shape = defineEventState({
      participant: { score: t.number().default(0), tags: t.array("string") },
      event: { votes: t.map("number") },
    });
    recordChangesOf(shape.State);
    const { push } = UndoLog.prototype;
    const stepsOf = (count: number) => {
      const state = new shape.State();
      Reflect.set(state, "encoder", new Encoder(state));
      for (let i = 0; i < count; i++) {
        state.participants.set(`d${i}`, new shape.Participant());
        state.votes.set(`d${i}`, i);
      }
      let [steps, walks] = [0, 0];
      const items = Reflect.get(state.votes, "$items") as Map<string, number>;
      items.keys = function () {
        walks += 1;
        return Map.prototype.keys.call(this) as ReturnType<typeof items.keys>;
      };
      UndoLog.prototype.push = function (step) {
        steps += 1;
        push.call(this, step);
      };
      const change = () => {
        const from = state.participants.get("d1") as InstanceType<typeof shape.Participant>;
        from.score += 1;
        from.tags.push("x");
        state.votes.set("d1", 7);
        state.votes.set("new", 7);
        throw new Error("no");
      };
      expect(() => takenBackOnThrow(change)).to.throw("no");
      UndoLog.prototype.push = push;
      expect(state.votes.get("d1")).to.equal(1);
      expect(walks, "through all votes").to.equal(0);
      return steps;
    };
    expect(stepsOf(5000)).to.equal(stepsOf(5)).and.to.be.greaterThan(4);
  });

  it("[P19] a stream is refused, with a sentence, also one in a nested class", () => {
    const inner = schema({ feed: t.stream(item) }, "WithStream");
    const shape = defineEventState({ participant: {}, event: { inner: t.ref(inner) } });
    expect(() => recordChangesOf(shape.State)).to.throw(
      TypeError,
      /WithStream has a stream, feed: what a handler/,
    );
  });

  it("[P19] a view is not disposed of while a handler runs: that could not be taken back", () => {
    recordChangesOf(item as never);
    const view = new StateView();
    view.add(one);
    expect(() => takenBackOnThrow(() => view.dispose())).to.throw(
      TypeError,
      /disposed of in an onPublish handler/,
    );
    expect(view.id).to.not.equal(-1);
    view.dispose();
    expect(view.id).to.equal(-1);
  });
});
