// What a page has to load for ours: budgets, so that it cannot grow unnoticed.
import { expect } from "chai";
import { bundleOf, uses } from "../../../harness/bundle-size.ts";

const ofServer =
  /src\/(?:rooms|seats|store|identity|ops|event|sync|admission|cluster|server|testing)\/|node_modules\/(?:zod|@colyseus\/core)\//;

describe("what a page loads", function () {
  this.timeout(60_000);

  it("[C18] the client is under 69 kB gzip, the SDK included, and holds no server code and no validator", async () => {
    const { gzipBytes, parts, files } = await bundleOf(uses.client);
    const names = parts.map(([name]) => name);
    expect(names).to.include.members(["holdfast", "@colyseus/sdk", "@colyseus/schema"]);
    expect(gzipBytes, JSON.stringify(parts)).to.be.within(30_000, 69_000);
    expect(files.filter((file) => ofServer.test(file))).to.deep.equal([]);
    expect(files.filter((file) => file.endsWith("client/state/callbacks.ts"))).to.deep.equal([]);
  });

  it("[Z29] the definition of a state brings the schema, and neither the client nor the SDK", async () => {
    const { files, parts } = await bundleOf(uses["an event's state"]);
    expect(parts.map(([name]) => name).toSorted()).to.deep.equal(["@colyseus/schema", "holdfast"]);
    expect(files.filter((file) => file.includes("src/client/"))).to.deep.equal([]);
  });

  it("[Z29] a page that has the client adds the definition of a state for less than 1 kB", async () => {
    const [client, both] = [await bundleOf(uses.client), await bundleOf(uses["client and state"])];
    expect(both.gzipBytes - client.gzipBytes).to.be.within(1, 999);
  });

  it("[W93] a host's HTTP is 3 kB gzip at most, alone; a participant's page has none of it", async () => {
    const { gzipBytes, parts, files } = await bundleOf(uses["a host's HTTP"]);
    expect(parts.map(([name]) => name)).to.deep.equal(["holdfast"]);
    expect(gzipBytes).to.be.within(500, 3000);
    expect(files.filter((file) => /src\/(?:client|schema|react)\//.test(file))).to.deep.equal([]);
    const client = await bundleOf(uses.client);
    expect(client.files.filter((file) => file.includes("src/host/"))).to.deep.equal([]);
  });

  it("[Z29] what a page does not import of the client it does not load, and the client loads no hooks", async () => {
    const { gzipBytes } = await bundleOf(uses["the errors of the client"]);
    expect(gzipBytes).to.be.within(50, 999);
    const { files } = await bundleOf(uses.client);
    expect(files.filter((file) => /src\/(?:react|schema)\//.test(file))).to.deep.equal([]);
  });
});
