// What was in the stores beside: the room class that the server of 0.1.0 served, who was there, and what has to be there
// on a server that opens them now.
import type { Client } from "@colyseus/core";
import { t } from "@colyseus/schema";
import { expect } from "chai";
import { EventRoom } from "../../src/rooms/EventRoom.ts";
import { defineEventState } from "../../src/schema/event-state.ts";
import { Phone } from "../clients/phone.ts";
import { matchmake } from "../clients/raw-client.ts";
import type { TestApp } from "../servers/app.ts";

const quiz = defineEventState({
  participant: { score: t.number().default(0), answers: t.array("string") },
  event: { question: t.string().default(""), totals: t.map("number") },
});

export class PartyRoom extends EventRoom<typeof quiz> {
  override schema = quiz;
  restored: unknown;
  override messages = {
    answer: (client: Client, text: string) => {
      const me = this.participantOf(client);
      if (me !== undefined) me.answers.push(text);
    },
  };
  override onSave() {
    return { secret: 42 };
  }
  override onRestore(saved: unknown) {
    this.restored = saved;
  }
}

const whoever = (deviceId: string, event = "party") => ({
  event_id: event,
  device_id: deviceId,
  user_id: `user-${deviceId}`,
  session_token: `the secret of ${deviceId}`,
});

/** Fails unless everything that 0.1.0 stored is there, and is as it was. */
export async function expectParty(app: TestApp): Promise<void> {
  const ann = await Phone.join(app.url, whoever("ann"));
  const seats = [...(ann.participants() ?? [])].map(([id, { joined_at }]) => [id, typeof joined_at]);
  expect(seats.toSorted()).to.deep.equal([
    ["ann", "number"],
    ["bob", "number"],
  ]);
  expect(ann.sees("ann")).to.include({ score: 2, user_id: "user-ann", display_name: "ann \u{1F389}" });
  expect(Array.from(ann.sees("ann")?.answers as string[])).to.deep.equal(["crab", "kelp"]);
  expect(ann.sees("bob")).to.include({ status: "temporarily_disconnected", score: 1 });
  expect(ann.room.state.question).to.equal("after crab");
  expect([...ann.room.state.totals.entries()].toSorted()).to.deep.equal([
    ["crab", 2],
    ["kelp", 1],
  ]);
  expect((app.room("party") as unknown as PartyRoom).restored).to.deep.equal({ secret: 42 });
  await Phone.join(app.url, whoever("bob"));
  await ann.hears("participant_reconnected", "bob");
  expect(await matchmake(app.url, { ...whoever("bob"), session_token: "guessed" })).to.include({ code: 401 });
  expect(await matchmake(app.url, whoever("eve"))).to.include({ code: 403 });
  expect(await matchmake(app.url, whoever("cy", "over"))).to.include({ code: 410 });
}
