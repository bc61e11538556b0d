// A room that keeps the contract, with one of everything that can be checked of it; rooms that break it on purpose; and what a
// suite has to know of them. Used by tests in this process and by a server of its own (server-under-test).
import { z } from "zod";
import {
  type Client,
  defineEventState,
  EventRoom,
  type ParticipantOf,
  Refusal,
  StateView,
  t,
} from "../../src/holdfast.ts";
import type { ConformanceOptions, PlainStateOf } from "../../src/testing/index.ts";

const notes = defineEventState({
  participant: { score: t.number().default(0), card: t.string().default("").view() },
  event: { round: t.number().default(0), answers: t.array("number") },
});

/** It keeps what it should. */
export class SoundRoom extends EventRoom<typeof notes> {
  override schema = notes;
  override messages = {
    next: (client: Client) => this.next(client),
    poke: (_client: Client, deviceId: string) => void this.participants.tell(deviceId, "poked", {}),
    shout: () => void this.announce("shouted", { round: this.state.round }),
  };

  override onEventOpened(): void {
    this.onPublish("answer", z.number(), (_participant, answer) => void this.state.answers.push(answer));
    this.onPublish("wrong", z.unknown(), (participant) => this.refuse(participant));
  }

  override onSeatConnected(participant: ParticipantOf<typeof notes>, client: Client): void {
    client.view ??= new StateView();
    client.view.add(participant);
  }

  next(client: Client): void {
    this.state.round += 1;
    const participant = this.participantOf(client);
    if (participant === undefined) return;
    participant.score += 10;
    participant.card = `card ${this.state.round}`;
  }

  /** A handler that changes something, asks for something, and then throws. */
  refuse(participant: ParticipantOf<typeof notes>): void {
    participant.score += 1000;
    this.announce("wrong answer");
    throw new Refusal(409, "That is wrong");
  }
}

/** It tells who joins something, and everyone whenever a round begins. */
export class DealingRoom extends SoundRoom {
  override onSeatTaken({ device_id }: ParticipantOf<typeof notes>): void {
    this.participants.tell(device_id, "welcome");
  }

  override next(client: Client): void {
    super.next(client);
    for (const { deviceId } of this.participants.list()) this.participants.tell(deviceId, "dealt");
  }
}

/** Three of its rules are broken, and no more: what is refused happens later, everybody sees every card, a restart begins anew. */
export class CarelessRoom extends SoundRoom {
  override refuse(participant: ParticipantOf<typeof notes>): void {
    this.clock.setTimeout(() => (participant.score += 1000), 1);
    super.refuse(participant);
  }

  override onSeatConnected(participant: ParticipantOf<typeof notes>, client: Client): void {
    super.onSeatConnected(participant, client);
    for (const each of this.state.participants.values()) {
      client.view?.add(each);
      for (const other of this.clients) other.view?.add(participant);
    }
  }

  override onEventOpened(): void {
    super.onEventOpened();
    this.state.round = 0;
  }
}

/** It says itself what the event says, with a wrong word. */
export class TalkativeRoom extends SoundRoom {
  override onSeatAway({ device_id, user_id }: ParticipantOf<typeof notes>): void {
    this.broadcast("participant_left", { device_id, user_id, reason: "grace_expired" });
  }
}

/** Who is away loses the seat at once. */
export class HastyRoom extends SoundRoom {
  override onSeatAway({ device_id }: ParticipantOf<typeof notes>): void {
    this.participants.expireNow(device_id);
  }
}

/** It lets nobody come back who loads the page again. */
export class ForgetfulRoom extends SoundRoom {
  override onSeatRequested({ isNew }: { readonly isNew: boolean }): void {
    if (!isNew) throw new Refusal(403, "Once is enough");
  }
}

/** It shows everybody what proves who somebody is. */
export class LeakyRoom extends SoundRoom {
  override onSeatConnected(participant: ParticipantOf<typeof notes>, client: Client): void {
    super.onSeatConnected(participant, client);
    this.clock.setTimeout(() => this.broadcast("welcome", { token: client.reconnectionToken }), 1);
  }
}

/** What a suite is told of all of them. */
export const howToCheck: ConformanceOptions<PlainStateOf<SoundRoom>> = {
  change: { type: "next" },
  publish: { type: "answer", payload: (n) => n, effects: ({ answers }) => [...answers] },
  refused: { type: "wrong" },
  tell: (deviceId) => ({ type: "poke", payload: deviceId }),
  announce: { type: "shout" },
};
