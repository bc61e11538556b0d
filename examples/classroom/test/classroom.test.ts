// The classroom in its worst weather, on `holdfast/testing`: a real server in this process, whose network and clock the test
// has in hand. Hours pass in it, and no real second.
import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { conformance, type Phone, type TestEvent, testEvent } from "holdfast/testing";
import { ClassRoom, settings } from "../ClassRoom.ts";
import type { Attendance, lesson, RegisterRow } from "../state.ts";

const minute = 60_000;

describe("the classroom", () => {
  let event: TestEvent<ClassRoom>;
  let teacher: Phone<typeof lesson>;

  beforeEach(async () => {
    const options = { topic: "Rivers", expected: ["Ann", "Cy"] };
    event = await testEvent(ClassRoom, {
      options,
      config: { gracePeriodMs: 10 * minute, quietTimeMs: settings.quietTimeMs },
    });
    teacher = await event.host();
  });
  afterEach(() => event.close());

  const attendance = async () => (await teacher.request("attendance")) as Attendance;

  /** Somebody's line, in whole minutes. */
  async function lineOf(name: string) {
    const { rows } = await attendance();
    const row = rows.find((each) => each.name === name) as RegisterRow;
    return {
      here: Math.round(row.here_ms / minute),
      away: Math.round(row.away_ms / minute),
      times: row.times_away,
      is: row.is_here ? "here" : row.left_at > 0 ? "gone" : row.came_at === 0 ? "missing" : "away",
    };
  }

  it("counts the time that somebody is here, and the time away", async () => {
    const ann = await event.join("Ann");
    await event.advance(20 * minute);
    await ann.drop();
    await event.advance(5 * minute);
    deepEqual(await lineOf("Ann"), { here: 20, away: 5, times: 1, is: "away" });
    await ann.return();
    await event.advance(10 * minute);
    deepEqual(await lineOf("Ann"), { here: 30, away: 5, times: 1, is: "here" });
  });

  it("knows who is missing, and who is not on the list", async () => {
    await event.join("  ann ");
    await event.join("Dan");
    const { rows } = await attendance();
    deepEqual(
      rows.map(({ name, is_expected, came_at }) => [name, is_expected, came_at > 0]),
      [
        ["  ann ", true, true],
        ["Dan", false, true],
        ["Cy", true, false],
      ],
    );
  });

  it("ends the time of somebody who does not come back when the connection was lost", async () => {
    const ann = await event.join("Ann");
    await event.advance(20 * minute);
    await ann.drop();
    await event.advance(30 * minute); // the grace is over after ten
    deepEqual(await lineOf("Ann"), { here: 20, away: 0, times: 0, is: "gone" });
  });

  it("counts the time between leaving and coming again as time away", async () => {
    const ann = await event.join("Ann");
    await event.advance(10 * minute);
    await ann.leave();
    await event.advance(15 * minute);
    await event.join("Ann");
    await event.advance(5 * minute);
    deepEqual(await lineOf("Ann"), { here: 15, away: 15, times: 1, is: "here" });
  });

  it("keeps the register over kill -9, and a reload or a second page is no absence", async () => {
    const ann = await event.join("Ann");
    await event.advance(10 * minute);
    await ann.reload();
    const second = await ann.takeOver();
    deepEqual(await lineOf("Ann"), { here: 10, away: 0, times: 0, is: "here" });
    await event.crash();
    await teacher.return();
    deepEqual((await lineOf("Ann")).is, "away"); // nobody is taught where there is no server
    await event.advance(2 * minute);
    await second.return();
    await event.advance(10 * minute);
    deepEqual(await lineOf("Ann"), { here: 20, away: 2, times: 1, is: "here" });
  });

  it("writes a table that no name can turn into a formula", async () => {
    await event.join('=HYPERLINK("http://evil.example")');
    await event.join("Bo, the second");
    const { csv } = await attendance();
    match(csv, /^"'=HYPERLINK\(""http:\/\/evil\.example""\)",no,/m);
    match(csv, /^"Bo, the second",no,\d{4}-/m);
    match(csv, /^Cy,yes,,,0,0\.0,0\.0\r$/m);
  });

  it("shows the register to nobody but the teacher", async () => {
    const ann = await event.join("Ann");
    await rejects(ann.request("attendance"), /Only a host/);
    equal(JSON.stringify(ann.state).includes("away_ms"), false);
  });

  it("takes a raised hand once, also from a tunnel", async () => {
    const [ann, bob] = [await event.join("Ann"), await event.join("Bob")];
    await ann.drop();
    const raised = ann.publish("hand", { is_up: true });
    await ann.return();
    await raised;
    equal(bob.roster.Ann?.has_hand_up, true);
  });
});

// The rules of the contract that any room has to keep, at this one.
conformance(ClassRoom, {
  publish: {
    type: "hand",
    times: 1,
    payload: () => ({ is_up: true }),
    effects: ({ participants }) => Object.values(participants).filter((pupil) => pupil.has_hand_up).length,
  },
  refused: { type: "hand", payload: { is_up: "perhaps" } },
  except: ["M2", "G1", "G16"], // it tells and announces nothing, and has no private fields
});
