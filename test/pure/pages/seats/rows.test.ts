// What is in a host's list of seats, who is missing from it, and who is found in it.
import { expect } from "chai";
import fc from "fast-check";
import { speakFrom } from "../../../../harness/pages/words.ts";
import type { RosterEntry } from "../../../../src/client/index.ts";
import type { RemovedDevice } from "../../../../src/protocol/event-details.ts";
import { attendance, namesIn } from "../../../../src/pages/core/seats/expected.ts";
import { fold } from "../../../../src/pages/core/seats/folding.ts";
import {
  countsOf,
  NameBook,
  type Rows,
  rowsOf,
  type SeatRow,
} from "../../../../src/pages/core/seats/rows.ts";
import { kindWords, searchFor } from "../../../../src/pages/core/seats/search.ts";
import { begin, type TimeLines, withEvents } from "../../../../src/pages/core/time-lines.ts";

const at = 1_000_000;

function entry(displayName: string, more: Partial<RosterEntry> = {}): RosterEntry {
  return {
    deviceId: displayName.toLowerCase(),
    userId: "u",
    displayName,
    status: "connected",
    reason: "",
    joinedAt: at,
    disconnectedAt: 0,
    graceExpiresAt: 0,
    isMe: false,
    own: {},
    ...more,
  };
}
const away = (displayName: string, until: number) =>
  entry(displayName, {
    status: "temporarily_disconnected",
    reason: "connection_lost",
    disconnectedAt: at + 5,
    graceExpiresAt: until,
  });
const rosterOf = (...entries: RosterEntry[]) => new Map(entries.map((each) => [each.deviceId, each]));
const nothing: TimeLines["lines"] = new Map();
const sources = { lines: nothing, expected: [] as string[], removed: [], removedTotal: 0 };
const summary = (rows: Iterable<SeatRow>) => [...rows].map(({ kind, name }) => `${kind} ${name}`);

describe("pages: the rows of a host's list", () => {
  before(() => speakFrom("en"));

  it("[B110] those in the event, those who left or were removed, and those expected who never came are rows", () => {
    const before = rosterOf(entry("Ann"), entry("Bob"));
    const left = {
      type: "participant_left",
      payload: { device_id: "bob", user_id: "u", reason: "consented", at: at + 9 },
    } as const;
    const roster = rosterOf(entry("Ann"), away("Cem", at + 30_000));
    const { lines } = withEvents(begin(before, at), [left], roster, at + 10);
    const rows = rowsOf({
      roster,
      lines,
      expected: ["Ann", "Dora", "bob"],
      removed: [{ device_id: "eve", display_name: "Eve", at: at + 3 }],
      removedTotal: 1,
    });
    expect(summary(rows.values())).to.deep.equal([
      "connected Ann",
      "away Cem",
      "left Bob",
      "left Eve",
      "never-came Dora",
    ]);
    expect(countsOf(rows.values())).to.deep.equal({ connected: 1, away: 1, left: 2, "never-came": 1 });
    expect(rows.get("cem")).to.include({
      until: at + 30_000,
      since: at + 5,
      reason: "connection_lost",
      isExpected: false,
    });
    expect(rows.get("bob")).to.include({ since: at + 9, reason: "consented", isExpected: true });
    expect(rows.get("eve")).to.include({ reason: "kicked", since: at + 3 });
  });

  it("[B110] who was let in again is said to be so, once known: not between a removal and the list of those removed", () => {
    const removal = {
      type: "participant_left",
      payload: { device_id: "ann", user_id: "u", reason: "kicked", at: at + 9 },
    } as const;
    const roster = rosterOf();
    const { lines } = withEvents(begin(rosterOf(entry("Ann")), at), [removal], roster, at + 10);
    const removed = [{ device_id: "ann", display_name: "Ann", at: at + 9 }];
    const book = new NameBook();
    const told = rowsOf({ ...sources, roster, lines }, book);
    const listed = rowsOf({ ...sources, roster, lines, removed }, book, told);
    const readmitted = rowsOf({ ...sources, roster, lines }, book, listed);
    const later = rowsOf({ ...sources, roster, lines }, book, readmitted);
    const again = rowsOf({ ...sources, roster, lines, removed }, book, later);
    const reasons = [told, listed, readmitted, later, again].map((rows) => rows.get("ann")?.reason);
    expect(reasons).to.deep.equal(["kicked", "kicked", "readmitted", "readmitted", "kicked"]);
  });

  it("[W108] who drops off a full list of those removed is kept out all the same, and is not said to be let in again", () => {
    const removal = (device_id: string, leftAt: number) => {
      const payload = { device_id, user_id: "u", reason: "kicked", at: leftAt } as const;
      return { type: "participant_left", payload } as const;
    };
    const [ann, bob, cem] = ["Ann", "Bob", "Cem"].map((display_name, index) => ({
      device_id: display_name.toLowerCase(),
      display_name,
      at: at + index,
    })) as [RemovedDevice, RemovedDevice, RemovedDevice];
    const everyone = rosterOf(entry("Ann"), entry("Bob"), entry("Cem"));
    const removals = [removal("ann", at + 1), removal("bob", at + 2), removal("cem", at + 3)];
    const { lines } = withEvents(begin(everyone, at), removals, rosterOf(), at + 10);
    const book = new NameBook();
    const shown = (removed: readonly RemovedDevice[], removedTotal: number, before?: Rows) =>
      rowsOf({ ...sources, roster: rosterOf(), lines, removed, removedTotal }, book, before);
    const states = (rows: Rows) =>
      [...rows.values()].map(({ reason, isKeptOut }) => `${reason} ${isKeptOut}`);
    const full = shown([bob, ann], 2);
    const fuller = shown([cem, bob], 3, full);
    expect(states(fuller)).to.deep.equal(["kicked true", "kicked true", "kicked true"]);
    const cemBack = shown([bob, ann], 2, fuller);
    expect(states(cemBack)).to.deep.equal(["kicked true", "kicked true", "readmitted false"]);
  });

  it("[B110] who was removed and is back is listed once, as who is here", () => {
    const removed = [{ device_id: "ann", display_name: "Ann", at }];
    expect(summary(rowsOf({ ...sources, roster: rosterOf(entry("Ann")), removed }).values())).to.deep.equal([
      "connected Ann",
    ]);
  });

  it("[B90] whoever left and came back is here, and is not counted as left any more", () => {
    const both = rosterOf(entry("Ann"), away("Bob", at + 30_000));
    const bobAlone = rosterOf(away("Bob", at + 30_000));
    const payload = { device_id: "ann", user_id: "u" };
    const left = {
      type: "participant_left",
      payload: { ...payload, reason: "consented", at: at + 9 },
    } as const;
    const joined = { type: "participant_joined", payload: { ...payload, at: at + 12 } } as const;
    const gone = withEvents(begin(both, at), [left], bobAlone, at + 10);
    const counts = (roster: typeof both, { lines }: TimeLines) =>
      countsOf(rowsOf({ ...sources, roster, lines }).values());
    expect(counts(bobAlone, gone)).to.deep.equal({ connected: 0, away: 1, left: 1, "never-came": 0 });
    const back = withEvents(gone, [joined], both, at + 13);
    expect(counts(both, back)).to.deep.equal({ connected: 1, away: 1, left: 0, "never-came": 0 });
  });

  it("[B111] a row stays the same object until something in it changes", () => {
    const book = new NameBook();
    const first = rowsOf(
      { ...sources, roster: rosterOf(entry("Ann"), entry("Bob")), expected: ["Zoe"] },
      book,
    );
    const second = rowsOf(
      { ...sources, roster: rosterOf(entry("Ann"), away("Bob", 9)), expected: ["Zoe"] },
      book,
      first,
    );
    expect(second.get("ann")).to.equal(first.get("ann"));
    expect(second.get("bob")).not.to.equal(first.get("bob"));
    expect([...second.values()].at(-1)).to.equal([...first.values()].at(-1));
  });

  it("[B112] people without a name, and two who look the same, are told apart", () => {
    const rows = [
      ...rowsOf({
        ...sources,
        roster: rosterOf(
          entry("Ann"),
          entry("Аnn", { deviceId: "other" }),
          entry("\u202e", { deviceId: "c" }),
        ),
      }).values(),
    ];
    expect(rows[2]?.name).to.match(/^Guest \d+$/);
    expect(rows[0]?.mark).not.to.equal("");
    expect(rows[0]?.mark).not.to.equal(rows[1]?.mark);
  });
});

describe("pages: expected names", () => {
  const missing = (expected: string[], ...present: string[]) =>
    attendance(
      expected,
      present.map((displayName, index) => ({ key: String(index), displayName })),
    ).missing.map(({ name }) => name);

  it("[B113] a name is matched without accents, case and spaces, and in any order of its words", () => {
    expect(
      missing(
        ["Émile  Zola", "ANN-LEE", "Lee, Bob", "Søren", "Straße"],
        "emile zola",
        "annlee",
        "Bob Lee",
        "Soren",
        "STRASSE",
      ),
    ).to.deep.equal([]);
    expect(missing(["محمّد", "أحمد", "क़मर"], "محمد", "احمد", "कमर")).to.deep.equal([]);
    expect(missing(["राम"], "रम"), "another name").to.deep.equal(["राम"]);
    expect(missing(["Ann"], "Anna", "", "\u202e"), "somebody else").to.deep.equal(["Ann"]);
  });

  it("[B113] a name that is in the list twice takes two people", () => {
    expect(missing(["Ann", "Bob", "ann"], "Ann", "Bob")).to.deep.equal(["ann"]);
    expect(missing(["Ann", "ann"], "Ann", "ANN", "Ann")).to.deep.equal([]);
    const { onList } = attendance(
      ["Ann"],
      [
        { key: "first", displayName: "Ann" },
        { key: "second", displayName: "Ann" },
      ],
    );
    expect([...onList]).to.deep.equal(["first"]);
  });

  it("[B113] nobody is lost, nobody counted twice", () => {
    const name = fc.oneof(
      fc.constantFrom("Ann", "ANN", "Émile", "emile", "Ann Lee", "Lee Ann"),
      fc.string({ maxLength: 6, unit: "binary" }),
    );
    fc.assert(
      fc.property(fc.array(name, { maxLength: 8 }), fc.array(name, { maxLength: 8 }), (expected, names) => {
        const present = names.map((displayName, index) => ({ key: String(index), displayName }));
        const { missing: places, onList } = attendance(expected, present);
        expect(places.length + onList.size).to.equal(expected.length);
        expect(onList.size).to.be.at.most(names.length);
      }),
      { numRuns: 50 },
    );
  });

  it("[B114] a pasted list: lines, or one line with commas; a spreadsheet's first names; nothing that is no name", () => {
    expect(namesIn("Ann\r\n\n  Bob Lee \nÇem\n")).to.deep.equal(["Ann", "Bob Lee", "Çem"]);
    expect(namesIn("Ann, Bob; Cem")).to.deep.equal(["Ann", "Bob", "Cem"]);
    expect(namesIn('1;"Lee, Ann";7b\n2;"Okafor, Ben";7b')).to.deep.equal(["Lee, Ann", "Okafor, Ben"]);
    expect(namesIn("Lee, Ann\nOkafor, Ben")).to.deep.equal(["Lee, Ann", "Okafor, Ben"]);
    expect(namesIn("12\n\u202e\n---")).to.deep.equal([]);
    expect(namesIn("Ann\nBob\nAnn"), "two people").to.deep.equal(["Ann", "Bob", "Ann"]);
  });
});

describe("pages: the search of a host's list", () => {
  const words = {
    connected: kindWords("here, connected"),
    away: kindWords("away, gone"),
    left: kindWords("left"),
    "never-came": kindWords("not come, missing"),
  };
  const roster = rosterOf(
    entry("Émile Zola"),
    away("Bob Away", 9),
    away("Søren", 9),
    entry("Cy Gone"),
    entry("家家"),
    entry("محمّد"),
  );
  const rows = [...rowsOf({ ...sources, roster, expected: ["Dora"] }).values()];
  const found = (query: string) => rows.filter(searchFor(query, words)).map(({ name }) => name);

  it("[B115] finds parts of names without accents and case, in any script, and every word of several", () => {
    expect(found("emi")).to.deep.equal(["Émile Zola"]);
    expect(found("ZOLA émile")).to.deep.equal(["Émile Zola"]);
    expect(found("soren")).to.deep.equal(["Søren"]);
    expect(found("家")).to.deep.equal(["家家"]);
    expect(found("محمد")).to.deep.equal(["محمّد"]);
    expect(found("\u202e ").length).to.equal(rows.length);
    expect(found("nobody")).to.deep.equal([]);
  });

  it("[B115] knows the words for how somebody is, and who is called so", () => {
    expect(found("away")).to.deep.equal(["Bob Away", "Søren"]);
    expect(found("gone"), "who is called so, and here, too").to.deep.equal(["Bob Away", "Søren", "Cy Gone"]);
    expect(found("GONE s")).to.deep.equal(["Søren"]);
    expect(found("not come")).to.deep.equal(["Dora"]);
    expect(found("here emile")).to.deep.equal(["Émile Zola"]);
    expect(kindWords("يابسة، غائب, 離席、居ない")).to.have.length(4);
  });

  it("[B115] never throws, and folding twice is folding once", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
        expect(fold(fold(text))).to.equal(fold(text));
        found(text);
      }),
    );
  });
});
