// Own fields that no store can keep: a circle, a bigint. Their author is told; everybody's seat is as safe as ever.
import { deepEqual, equal } from "node:assert/strict";
import { ArraySchema, defineTypes, Schema } from "@colyseus/schema";
import { type Client, defineEventState, EventRoom, t } from "../../../src/holdfast.ts";
import { testEvent } from "../../../src/testing/index.ts";

/** A class of which an instance can contain others of its kind. */
class Tree extends Schema {
  declare children: ArraySchema<Tree>;

  constructor() {
    super();
    this.children = new ArraySchema<Tree>();
  }
}
defineTypes(Tree, { children: [Tree] }); // `schema()` has no word for a class that contains itself

function circle(): Tree {
  const tree = new Tree();
  tree.children.push(tree);
  return tree;
}

const forest = defineEventState({
  participant: { score: t.number().default(0), tree: t.ref(Tree).optional(), large: t.bigint64().optional() },
  event: { round: t.number().default(0), root: t.ref(Tree).optional() },
});

class ForestRoom extends EventRoom<typeof forest> {
  override schema = forest;
  override messages = {
    score: (client: Client, points: number) => void (this.participantOf(client)!.score += points),
    circle: (client: Client) => void (this.participantOf(client)!.tree = circle()),
    large: (client: Client) => void (this.participantOf(client)!.large = 1n),
    small: (client: Client) => void (this.participantOf(client)!.large = undefined),
    round: () => void (this.state.round += 1),
    root: () => void (this.state.root = circle()),
  };
}

describe("own fields that cannot be written", () => {
  const sentences = (errors: readonly { message: string }[]) =>
    errors.map(({ message }) => message.replace(/: Maximum.*|: Do not.*/, ""));

  it("[X41] a participant's: reported once, kept as they were, while everyone's seat is stored", async () => {
    const event = await testEvent(ForestRoom, { config: { logLevel: "silent" } });
    const [ann, bob] = [await event.join("ann"), await event.join("bob")];
    await ann.send("score", 1);
    await ann.send("circle");
    await ann.send("score", 10); // cannot be stored either
    await bob.send("score", 2);
    deepEqual(sentences(event.errors), [
      'The own field tree of participant "ann" contains itself, or is nested too deep: its fields stay as they were stored last',
    ]);
    bob.forget();
    await ann.drop();
    deepEqual(
      bob.saw().map(({ type }) => type),
      ["participant_temporarily_disconnected"],
    );
    await event.crash();
    await Promise.all([ann.return(), bob.return()]);
    deepEqual([ann.roster.ann?.score, ann.roster.bob?.score], [1, 2]);
    await event.close();
  });

  it("[X41] they are stored again once they can be, and what goes wrong then is reported again", async () => {
    const event = await testEvent(ForestRoom, { config: { logLevel: "silent" } });
    const ann = await event.join("ann");
    for (const type of ["large", "small", "large"]) {
      await ann.send(type);
      await ann.send("score", 1);
    }
    const sentence =
      'The own field large of participant "ann" cannot be written as JSON: its fields stay as they were stored last';
    deepEqual(sentences(event.errors), [sentence, sentence]);
    await event.crash();
    await ann.return();
    equal(ann.roster.ann?.score, 2);
    await event.close();
  });

  it("[X41] the event's: its fields stay, its participants' are stored", async () => {
    const event = await testEvent(ForestRoom, { config: { logLevel: "silent" } });
    const ann = await event.join("ann");
    await ann.send("round");
    await ann.send("root");
    await ann.send("round");
    await ann.send("score", 3);
    deepEqual(sentences(event.errors), [
      "The own field root of the event contains itself, or is nested too deep: its fields stay as they were stored last",
    ]);
    await event.crash();
    await ann.return();
    equal(ann.state.round, 1);
    equal(ann.roster.ann?.score, 3);
    await event.close();
  });
});
