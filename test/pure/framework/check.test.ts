// The table of internals: all of it is there, and what is not gets a sentence each.
import { existsSync, readFileSync } from "node:fs";
import { Room } from "@colyseus/core";
import { expect } from "chai";
import { brokenInternals, internals } from "../../../src/rooms/internals/check.ts";

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Record<
  "dependencies" | "devDependencies",
  Record<string, string>
>;
const installed = { ...manifest.devDependencies, ...manifest.dependencies };

describe("the table of internals", () => {
  it("finds everything in the installed packages, and leaves no timer behind", () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();
    expect(brokenInternals()).to.deep.equal([]);
    expect(timers()).to.equal(before);
  });

  it("names versions that are installed, and files that are there", () => {
    for (const { name, package: of, readIn, usedBy, pinnedBy } of internals) {
      expect(installed[of], of).to.equal(readIn);
      expect(usedBy.length * pinnedBy.length, name).to.be.greaterThan(0);
      for (const file of [...usedBy, ...pinnedBy]) expect(existsSync(file), file).to.equal(true);
    }
  });

  it("says in a sentence each what a package does not have any more", () => {
    const read = Object.getOwnPropertyDescriptor(Room.prototype, "_onMessage") as PropertyDescriptor;
    Reflect.deleteProperty(Room.prototype, "_onMessage");
    try {
      const broken = brokenInternals();
      expect(broken).to.have.length(2); // answers are read by it, too
      expect(broken[0]).to.equal(
        "@colyseus/core 0.18.17: Room._onMessage is not as it was read, and it is needed so that a frame that cannot be read is logged with its client's ids.",
      );
    } finally {
      Object.defineProperty(Room.prototype, "_onMessage", read);
    }
    expect(brokenInternals()).to.deep.equal([]);
  });
});
