// What people are called on the pages: names that show nothing, that look the same, that would change their neighbours.
import { expect } from "chai";
import fc from "fast-check";
import { speakFrom } from "../../../harness/pages/words.ts";
import { lookOf } from "../../../src/pages/core/look-alikes.ts";
import {
  initialsOf,
  isolated,
  nameOf,
  namesOf,
  shownName,
  toneCount,
  toneOf,
  wholeName,
} from "../../../src/pages/core/person.ts";

const person = (displayName: string, deviceId = "d") => ({ deviceId, userId: "u", displayName });
const controls = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

describe("pages: people", () => {
  before(() => speakFrom("en"));

  it("[B70] a name that shows nothing is a guest's, with the same number on every page", () => {
    for (const odd of ["", "   ", "\u200b\u200d", "\u202e", "\u3164", "\u2800 \u2800", "\u0000\n", "\u0301"])
      expect(nameOf(person(odd)), JSON.stringify(odd)).to.match(/^Guest \d\d$/);
    expect(nameOf(person("", "a"))).to.equal(nameOf(person("\u200b", "a")));
    speakFrom("de");
    expect(nameOf(person(""))).to.match(/^Gast \d\d$/);
    speakFrom("en");
  });

  it("[B70] what is not seen goes; what a script or an emoji needs stays", () => {
    expect(shownName("\u202eZoë\u202c")).to.equal("Zoë");
    expect(shownName("  Ann \n\t Lee ")).to.equal("Ann Lee");
    expect(shownName("👩‍👩‍👧 Fam")).to.equal("👩‍👩‍👧 Fam");
    expect(shownName("می‌خواهم")).to.equal("می‌خواهم"); // a joiner of Persian
    expect(shownName("क्‍ष")).to.equal("क्‍ष");
    expect(shownName(`Z${"\u0335".repeat(60)}`)).to.have.length.at.most(5);
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 64 }), (name) => {
        const shown = shownName(name);
        expect(shown).not.to.match(controls);
        expect(shownName(shown)).to.equal(shown);
      }),
    );
  });

  it("[B70] who looks the same is told apart, and everybody else is left alone", () => {
    const names = namesOf([
      person("Ann", "1"),
      person("ann ", "2"),
      person("Аnn", "3"), // a Cyrillic A
      person("Bob", "4"),
      person("Al", "5"),
      person("AI", "6"),
    ]);
    const marks = ["1", "2", "3"].map((id) => names.get(id)?.mark);
    expect(new Set(marks).size).to.equal(3);
    for (const mark of marks) expect(mark).to.match(/^[2-9A-HJKMNP-TV-Z]{2}$/);
    expect(names.get("4")).to.deep.equal({ name: "Bob", mark: "" });
    expect(names.get("5")?.mark).not.to.equal("");
    expect(names.get("1")?.name).to.equal("Ann");
    expect(wholeName({ name: "Ann", mark: "K7" })).to.equal("Ann (K7)");
    expect(wholeName({ name: "Ann", mark: "" })).to.equal("Ann");
  });

  it("[B70] a mark is its device's own, whoever comes and goes", () => {
    const before = namesOf([person("Ann", "1"), person("Ann", "2")]);
    const after = namesOf([person("Ann", "7"), person("Ann", "2"), person("Zoë", "3"), person("Ann", "1")]);
    expect(after.get("1")).to.deep.equal(before.get("1"));
    expect(namesOf([person("Ann", "1")]).get("1")?.mark).to.equal("");
  });

  it("[B70] a thousand without a name are a thousand", () => {
    const crowd = Array.from({ length: 1000 }, (_, at) => person("", `device-${at}`));
    const whole = [...namesOf(crowd).values()].map(wholeName);
    expect(new Set(whole).size).to.equal(1000);
  });

  it("[B70] texts that look the same have the same look", () => {
    const same = (a: string, b: string) => expect(lookOf(a), `${a} ${b}`).to.equal(lookOf(b));
    same("Ann", "ANN");
    same("Ｏlga", "0lga");
    same("раураl", "paypal");
    same("ΑΝΝΑ", "Anna");
    same("Ann-Lee", "Ann–Lee");
    expect(lookOf("Müller")).not.to.equal(lookOf("Muller"));
    expect(lookOf("Иван")).not.to.equal(lookOf("Ivan"));
  });

  it("[B70] a name in a sentence keeps its direction to itself", () => {
    expect(isolated("دانا")).to.equal("\u2068دانا\u2069");
  });

  it("have initials, whatever they call themselves", () => {
    const initials = {
      "Ann Lee": "AL",
      bilal: "B",
      "Émile de Zola": "ÉZ",
      "👩‍👩‍👧 Fam": "👩‍👩‍👧",
      "…": "…",
      "": "?",
      "\u202eab": "A",
      "<b>x": "<",
      家家: "家",
    };
    for (const [name, expected] of Object.entries(initials))
      expect(initialsOf(name), name).to.equal(expected);
    expect(initialsOf(`Z${"\u0335".repeat(500)}`).length).to.be.at.most(5);
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 64 }), (name) => {
        expect(initialsOf(name).length).to.be.within(1, 32);
        expect(toneOf(name)).to.be.within(0, toneCount - 1);
      }),
    );
  });
});
