// What an address may have, where the author has a say: who is refused has used up nothing, and whoever waits counts.
// About HTTP: joins of one address, of which no seat is taken.
import { expect } from "chai";
import { z } from "zod";
import { askToJoin } from "../../../harness/clients/http.ts";
import { identity, newEvent } from "../../../harness/clients/phone.ts";
import { startApp, type TestApp } from "../../../harness/servers/app.ts";
import { until } from "../../../harness/wait.ts";
import { EventRoom, Refusal, type SeatRequest } from "../../../src/holdfast.ts";

const joinOptions = z.object({ ticket: z.enum(["good", "bad", "slow"]) });

class TicketRoom extends EventRoom {
  override joinOptions = joinOptions;
  static asked = 0;
  static gate = Promise.withResolvers<void>();
  override async onSeatRequested({ options }: SeatRequest<typeof joinOptions>): Promise<void> {
    TicketRoom.asked += 1;
    if (options?.ticket === "slow") await TicketRoom.gate.promise;
    if (options?.ticket === "bad") throw new Refusal(403, "This ticket is not good");
  }
}

describe("what an address may have, where the author has a say", () => {
  let app: TestApp;
  before(async () => {
    app = await startApp({ room: TicketRoom, config: { joinsPerMinutePerIp: 2 } });
  });
  after(() => app.close());

  it("[A27] [J10] who is refused has used up none of its address's new seats, who waits has one", async () => {
    const event = newEvent();
    const join = async (ticket: string) => (await askToJoin(app.url, { ...identity(event), ticket })).status;
    for (const ticket of ["bad", "bad", "none", "bad"])
      expect(await join(ticket), ticket).to.equal(ticket === "bad" ? 403 : 400);
    const asked = TicketRoom.asked;
    const slow = join("slow");
    await until("asked", () => TicketRoom.asked > asked);
    expect(await join("good")).to.equal(200);
    expect(await join("good"), "two are on their way").to.equal(429);
    TicketRoom.gate.resolve();
    expect(await slow).to.equal(200);
  });
});
