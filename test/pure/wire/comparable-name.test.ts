// When two names are the same to a person who holds a list.
import { expect } from "chai";
import { comparableName } from "../../../src/protocol/comparable-name.ts";

describe("names that are compared", () => {
  it("[W62] are the same without case, accents, spaces and what shows nothing, in any composition", () => {
    const same: [string, string][] = [
      ["José Díaz", " jose  DIAZ "],
      ["Ann\u0065\u0301", "Ann\u00e9"],
      ["Straße", "STRASSE"],
      ["İpek", "ipek"],
      ["ﬁona", "Fiona"],
      ["مُحَمَّد", "محمد"],
      ["Ann\u200b\u202e Lee", "annlee"],
      ["ΣΟΦΙΑΣ", "σοφιας"],
    ];
    for (const [a, b] of same) expect(comparableName(a), `${a} and ${b}`).to.equal(comparableName(b));
  });

  it("[W110] cost no more than names that people have: of characters that are made of eighteen the first few count", () => {
    const ligature = "\u{FDFA}"; // "may God honour him and grant him peace", in one character
    expect(comparableName(ligature.repeat(64)).length).to.be.at.most(256);
    expect(comparableName("각".repeat(64))).to.not.equal(comparableName("각".repeat(63)));
  });

  it("[W62] are others when a letter is, and a vowel sign that is a letter is one", () => {
    const others: [string, string][] = [
      ["Ann", "Anna"],
      ["राम", "रमा"],
      ["Björk", "Bjark"],
      ["Ann", "Аnn"], // a Cyrillic A
    ];
    for (const [a, b] of others) expect(comparableName(a), `${a} and ${b}`).to.not.equal(comparableName(b));
    for (const nothing of ["", " ", "\u200b\u00a0", "\u0301"])
      expect(comparableName(nothing), JSON.stringify(nothing)).to.equal("");
  });
});
