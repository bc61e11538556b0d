// How fast the test kit is: drops and returns a second of one process, and what a grace of 30 s costs. `npm run bench:kit`.
// In processor time of this process, too: on a machine that is busy with other things that is what compares.
import { readCommandLine, whole } from "../../src/command-line.ts";
import { type Phone, testEvent } from "../../src/testing/index.ts";

const command = {
  name: "npm run bench:kit --",
  summary: "How fast holdfast/testing is: drops and returns a second, a grace, a restart.",
  options: {
    phones: whole("How many are in the room", 20, 1, 1000),
    rounds: whole("How often each drops and returns", 100, 1, 100_000),
  },
};
const { phones: count, rounds } = readCommandLine(command, process).values;

async function measured(what: string, times: number, run: () => Promise<unknown>): Promise<void> {
  const [startedAt, before] = [performance.now(), process.cpuUsage()];
  await run();
  const { user, system } = process.cpuUsage(before);
  const [wallMs, cpuMs] = [performance.now() - startedAt, (user + system) / 1000];
  const rate = (ms: number) => Math.round((1000 * times) / ms);
  console.log(
    times === 1
      ? `${what}: ${wallMs.toFixed(1)} ms, ${cpuMs.toFixed(1)} ms of the processor's`
      : `${what}: ${rate(wallMs)} a second, ${rate(cpuMs)} a second of the processor's time`,
  );
}

const event = await testEvent();
const crowd: Phone[] = [];
await measured("joins", count, async () => {
  for (let i = 0; i < count; i++) crowd.push(await event.join(`phone ${i}`));
});
await measured("drops and returns, one at a time", rounds * count, async () => {
  for (let round = 0; round < rounds; round++)
    for (const phone of crowd) {
      await phone.drop();
      await phone.return();
    }
});
await measured("drops and returns, all at once", rounds * count, async () => {
  for (let round = 0; round < rounds; round++) {
    await Promise.all(crowd.map((phone) => phone.drop()));
    await Promise.all(crowd.map((phone) => phone.return()));
  }
});
await measured("drops and joins again, all at once", rounds * count, async () => {
  for (let round = 0; round < rounds; round++) await Promise.all(crowd.map((phone) => phone.reload()));
});
await crowd[0]?.drop();
await measured("a grace of 30 s", 1, () => event.advance(30_000));
await measured("a restart", 1, () => event.restart());
await measured("a death", 1, () => event.crash());
await event.close();
