// The published JSON Schemas of the wire say what the server takes: neither more nor less. Whatever one of them refuses the
// server's own validator refuses, and whatever one allows it takes; over values that are right, nearly right and wild.
import { expect } from "chai";
import fc from "fast-check";
import { inputs, value } from "../../../harness/wire/inputs.ts";
import { WireSchemas, wireDocument } from "../../../harness/wire/wire-schemas.ts";
import { parseJoinOptions } from "../../../src/protocol/incoming/join-options.ts";
import {
  parseHostAction,
  parseOutboxPublish,
  parsePresenceResume,
  parseToldAck,
} from "../../../src/protocol/incoming/requests.ts";
import { protocolVersion } from "../../../src/protocol/version.ts";
import { bodies, responses, toClient, toRoom } from "../../../src/protocol/wire/catalogue.ts";
import { wireSchema } from "../../../scripts/wire/json-schema.ts";
import { samples } from "../../../scripts/wire/samples.ts";

const schemas = new WireSchemas();
const exact = new WireSchemas({ isExact: true });

/** Whether the server takes a value as that message. */
const takes: Record<string, (input: unknown) => boolean> = {
  join_options(input) {
    try {
      parseJoinOptions(input);
      return true;
    } catch {
      return false;
    }
  },
  // What it cannot read counts as nothing seen: it is taken when it is kept as it was sent.
  presence_resume: (input) => Object.keys(parsePresenceResume(input)).length > 0,
  told_ack: (input) => "value" in parseToldAck(input),
  outbox_publish: (input) => "value" in parseOutboxPublish(input),
  host_action: (input) => "value" in parseHostAction(input),
};

describe("the JSON Schemas of the wire", () => {
  it("[Z40] say their version, have every message and body of the server, and each is right of its own example", () => {
    const { $id, $defs } = wireDocument();
    expect($id).to.equal(`urn:holdfast:wire:${protocolVersion}`);
    const answers = Object.values(responses).map(({ name }) => name);
    const names = [...Object.keys({ ...toClient, ...toRoom, ...bodies }), ...answers];
    expect(Object.keys($defs)).to.include.members(names);
    expect(Object.keys(samples).toSorted()).to.deep.equal(names.toSorted());
    for (const name of names)
      for (const sample of samples[name] ?? []) expect(exact.fault(sample, name), name).to.equal(undefined);
  });

  it("[Z40] are what the validators say today", () => {
    expect(wireDocument()).to.deep.equal(JSON.parse(JSON.stringify(wireSchema())));
  });

  it("[Z40] refuse a message that lacks a field which is always there", () => {
    for (const [name, [sample]] of Object.entries(samples)) {
      const { required = [] } = (wireDocument().$defs[name] ?? {}) as { required?: string[] };
      for (const field of required) {
        const { [field]: _, ...rest } = sample as Record<string, unknown>;
        expect(schemas.fault(rest, name), `${name} without ${field}`).to.be.a("string");
      }
    }
  });

  for (const [name, input] of Object.entries(inputs)) {
    it(`[Z41] allow what the server takes as ${name}, and refuse what it refuses`, () => {
      const counts = { taken: 0, refused: 0 };
      fc.assert(
        fc.property(fc.oneof({ weight: 9, arbitrary: input }, value), (sent) => {
          const isTaken = (takes[name] as (input: unknown) => boolean)(sent);
          const fault = schemas.fault(sent, name);
          counts[isTaken ? "taken" : "refused"] += 1;
          // An empty question is a good one, and looks like one that could not be read.
          if (name === "presence_resume" && fault === undefined && !isTaken)
            expect(
              Object.keys(sent as object).filter((key) => key in { epoch: 0, seq: 0, told: 0 }),
            ).to.deep.equal([]);
          else expect(fault === undefined, fault ?? "allowed").to.equal(isTaken);
        }),
        { numRuns: 3000 },
      );
      expect(counts.taken, "taken").to.be.greaterThan(20);
      expect(counts.refused, "refused").to.be.greaterThan(20);
    });
  }
});
