import { expect } from "chai";
import { idsTyped, shownCode } from "../../../src/pages/core/event-code.ts";

describe("the code of an event, as it is typed", () => {
  it("[B54] a code is read in any case, with the hyphen or without, and whatever a phone adds", () => {
    for (const typed of [
      "K7Q-4XM",
      "k7q-4xm",
      "k7q4xm",
      " K7Q 4XM ",
      "k7q–4xm",
      "K7Q\u201140XM".replace("40", "4"),
    ])
      expect(idsTyped(typed)[0], typed).to.equal("K7Q4XM");
    expect(idsTyped("K7Q4XM")).to.deep.equal(["K7Q4XM"]);
  });

  it("[B54] what was typed is tried exactly, too: an event may have any id", () => {
    expect(idsTyped("quiz-1")).to.deep.equal(["quiz-1"]);
    expect(idsTyped("quiz 12")).to.deep.equal(["quiz 12"]);
    expect(idsTyped("abc-def")).to.deep.equal(["ABCDEF", "abc-def"]);
    expect(idsTyped(" friday quiz ")).to.deep.equal(["friday quiz"]);
    expect(idsTyped("Zürich & 50%")).to.deep.equal(["Zürich & 50%"]);
    expect(idsTyped(" \u2009")).to.deep.equal([]);
  });

  it("[B54] a code is shown in two groups, any other id as it is", () => {
    expect(shownCode("K7Q4XM")).to.equal("K7Q-4XM");
    expect(shownCode("friday quiz")).to.equal("friday quiz");
    expect(shownCode("abcdef")).to.equal("abcdef");
  });
});
