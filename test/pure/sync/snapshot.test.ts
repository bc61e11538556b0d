// What one who joins is sent: a snapshot and the patches since, as one state. Held against the real decoder, for those
// who know nothing yet and for those who come back with an older state.
import { type Client, ClientState } from "@colyseus/core";
import { Decoder, Reflection, type Schema, t } from "@colyseus/schema";
import { expect } from "chai";
import fc from "fast-check";
import { EventSerializer } from "../../../src/rooms/internals/serializer.ts";
import type { PatchSink } from "../../../src/sync/patch-scheduler.ts";
import { isFlat } from "../../../src/rooms/schema/EventState.ts";
import { defineEventState } from "../../../src/schema/event-state.ts";

const kind = defineEventState({
  participant: { score: t.number().default(0) },
  event: { question: t.string() },
});
const somebody = [{ state: ClientState.JOINED }] as unknown as Client[];
const plain = (state: unknown) => JSON.parse(JSON.stringify(state)) as unknown;

/** A room's end and its clients', without the sockets. */
class Wire implements PatchSink {
  readonly state = new kind.State();
  readonly patches: Buffer[] = [];
  readonly serializer: EventSerializer<InstanceType<typeof kind.State>>;

  constructor() {
    this.serializer = new EventSerializer(this, true);
    this.serializer.reset(this.state);
  }

  flush(): void {}
  send(patch: Buffer): void {
    this.patches.push(patch);
  }

  patch(clients = somebody): void {
    this.patches.length = 0;
    this.serializer.applyPatches(clients);
  }

  newDecoder(): Decoder<Schema> {
    return Reflection.decode(this.serializer.handshake());
  }
}

/** Without the WebSocket header, and the byte that says what it is. */
function bodyOf(frame: Buffer): Uint8Array {
  const header = frame[1] === 127 ? 10 : frame[1] === 126 ? 4 : 2;
  return frame.subarray(header);
}
const decode = (decoder: Decoder<Schema>, bytes: Uint8Array) => decoder.decode(bytes, { offset: 1 });
const resync = (decoder: Decoder<Schema>, bytes: Uint8Array) => decoder.decodeResync(bytes, { offset: 1 });

type Step =
  | { readonly do: "join" | "leave" | "again"; readonly who: number }
  | { readonly do: "score" | "away"; readonly who: number; readonly value: number }
  | { readonly do: "ask"; readonly value: number }
  | { readonly do: "patch" | "empty" };
const who = fc.integer({ min: 0, max: 7 });
const value = fc.integer({ min: 0, max: 1e9 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom("join" as const, "leave" as const, "again" as const), who }),
  fc.record({ do: fc.constantFrom("score" as const, "away" as const), who, value }),
  fc.record({ do: fc.constant("ask" as const), value }),
  { arbitrary: fc.record({ do: fc.constant("patch" as const) }), weight: 4 },
  fc.record({ do: fc.constant("empty" as const) }),
);

function take({ state }: Wire, step: Step): void {
  if (step.do === "ask") state.question = `question ${step.value}`;
  if (!("who" in step)) return;
  const key = `device ${step.who}`;
  const entry = state.participants.get(key);
  if (step.do === "leave" || step.do === "again") state.participants.delete(key);
  if (step.do === "again" || (step.do === "join" && entry === undefined))
    state.participants.set(key, new kind.Participant().assign({ device_id: key }) as never);
  if (entry === undefined) return;
  if (step.do === "score") entry.score = step.value;
  if (step.do === "away")
    entry.assign({ status: "temporarily_disconnected", grace_expires_at: step.value } as never);
}

describe("the first state", () => {
  it("[E17] is what everyone else has, for a new client, for one that returns with an old state, and afterwards", () => {
    const history = fc.array(step, { minLength: 10, maxLength: 80, size: "max" });
    fc.assert(
      fc.property(history, fc.nat(70), (steps, leftAt) => {
        const wire = new Wire();
        wire.patch();
        const old = wire.newDecoder();
        decode(old, wire.serializer.getFullState());
        let isOldHere = true;
        for (const [index, each] of steps.entries()) {
          take(wire, each);
          if (each.do === "patch") wire.patch();
          if (each.do === "empty") wire.patch([]); // nobody was there to hear it: the old one was not, either
          if (each.do === "empty" || index === leftAt) isOldHere = false;
          if (isOldHere && each.do === "patch") for (const frame of wire.patches) decode(old, bodyOf(frame));
          if (each.do !== "patch") continue;
          const fresh = wire.newDecoder();
          decode(fresh, wire.serializer.getFullState());
          expect(plain(fresh.state)).to.deep.equal(plain(wire.state));
        }
        wire.patch();
        const fresh = wire.newDecoder();
        for (const [decoder, read] of [
          [fresh, decode],
          [old, resync],
        ] as const) {
          read(decoder, wire.serializer.getFullState());
          expect(plain(decoder.state)).to.deep.equal(plain(wire.state));
        }
        for (const each of steps.filter((one) => one.do !== "patch" && one.do !== "empty")) take(wire, each);
        wire.patch();
        for (const decoder of [fresh, old]) {
          for (const frame of wire.patches) decode(decoder, bodyOf(frame));
          expect(plain(decoder.state)).to.deep.equal(plain(wire.state));
        }
      }),
      { numRuns: 400 },
    );
  });

  it("[P13] of clients that kept different states each is sent its own patches; those of one state share them until the next", () => {
    const wire = new Wire();
    for (let who = 0; who < 20; who++) take(wire, { do: "join", who });
    wire.patch();
    const kept = [0, 1, 2].map((value) => {
      const decoder = wire.newDecoder();
      resync(decoder, wire.serializer.getFullState());
      const knownPatch = wire.serializer.patchNumber;
      take(wire, { do: "score", who: value, value: 7 });
      wire.patch();
      return { decoder, client: { knownPatch } as unknown as Client };
    });
    const missed = (client: Client) => wire.serializer.getFullState(client);
    for (let round = 0; round < 2; round++) {
      for (const { client } of [...kept, ...kept.toReversed()]) expect(missed(client)[0]).to.equal(15); // a patch
      for (const { client } of kept) expect(missed(client)).to.equal(missed(client));
      take(wire, { do: "ask", value: round });
      wire.patch();
    }
    // The newest first: what it missed is too little for the others, and was other bytes before the last patch.
    for (const { decoder, client } of kept.toReversed()) {
      decode(decoder, missed(client));
      expect(plain(decoder.state)).to.deep.equal(plain(wire.state));
    }
  });

  it("[E17] is encoded once for many patches", () => {
    const wire = new Wire();
    for (let k = 0; k < 500; k++)
      wire.state.participants.set(
        `device ${k}`,
        new kind.Participant().assign({ device_id: `${k}` }) as never,
      );
    wire.patch();
    const encoder = Reflect.get(wire.serializer, "encoder") as { encodeAll(...args: unknown[]): unknown };
    const encodeAll = encoder.encodeAll.bind(encoder);
    let count = 0;
    encoder.encodeAll = (...args) => {
      count += 1;
      return encodeAll(...args);
    };
    for (let k = 0; k < 100; k++) {
      const entry = wire.state.participants.get(`device ${k}`);
      if (entry !== undefined) entry.score = k + 1;
      wire.patch();
      wire.serializer.getFullState();
    }
    expect(count).to.equal(1);
  });

  it("[E17] only where every field is a plain value that patches tell", () => {
    const own = (participant: Record<string, never>) => isFlat(defineEventState({ participant }));
    expect(isFlat(kind)).to.equal(true);
    expect(own({ tags: t.array("string") as never })).to.equal(false);
    expect(own({ tags: t.map("string") as never })).to.equal(false);
    expect(own({ tag: t.string().fullStateOnly() as never })).to.equal(false);
    expect(own({ tag: t.string().patchOnly() as never })).to.equal(false);
  });
});
