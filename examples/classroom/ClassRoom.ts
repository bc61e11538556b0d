// A lesson that keeps the register by itself: who was there, when they were away, and for how long.
import { EventRoom, hostOnly, type ParticipantOf } from "holdfast";
import { z } from "zod";
import { csvOf } from "./csv.ts";
import { Register } from "./register.ts";
import { type Attendance, lesson } from "./state.ts";

type Pupil = ParticipantOf<typeof lesson>;

/** What the school opens a lesson with (`app.createEvent`). Somebody else has written it, so it is checked. */
const lessonOptions = z.object({
  topic: z.string().max(200),
  expected: z.array(z.string().max(64)).max(500),
});

/** Settings that belong to this room. */
export const settings = {
  eventCreation: "server", // nobody opens a lesson by joining it
  quietTimeMs: 2_000, // whoever loads the page again, or is back this soon, has not been away
} as const;

export class ClassRoom extends EventRoom<typeof lesson> {
  override schema = lesson;
  #register = new Register([]);
  #saved: unknown;

  override messages = {
    attendance: hostOnly(() => this.#attendance()),
  };

  override onRestore(saved: unknown): void {
    this.#saved = saved; // who is to come is said by the options, right after this
  }

  override onEventOpened(options?: unknown): void {
    const { data = { topic: "A lesson", expected: [] } } = lessonOptions.safeParse(options);
    this.state.topic = data.topic;
    this.#register = new Register(data.expected);
    if (this.#saved !== undefined) this.#register.restore(this.#saved);
    // After a restart everyone is away, also those who were here when the server went.
    for (const { deviceId, disconnectedAt } of this.participants.list("temporarily_disconnected"))
      this.#register.wentAway(deviceId, disconnectedAt);
    this.onPublish("hand", z.object({ is_up: z.boolean() }), (pupil, { is_up }) => {
      pupil.has_hand_up = is_up;
    });
  }

  /** Stored beside the seats, whenever `save()` says that it has changed. */
  override onSave(): unknown {
    return this.#register;
  }

  // The hooks are called once for each change, in order, after it is stored. The instants that a seat has are in the state;
  // for the others there is the room's clock, which goes by the server's.

  override onSeatTaken(pupil: Pupil): void {
    this.#register.came(pupil.device_id, pupil.display_name, pupil.joined_at);
    this.save();
  }

  override onSeatAway(pupil: Pupil): void {
    this.#register.wentAway(pupil.device_id, pupil.disconnected_at);
    this.save();
  }

  override onSeatReturned(pupil: Pupil): void {
    this.#register.returned(pupil.device_id, this.clock.currentTime);
    this.save();
  }

  override onSeatLeft(pupil: Pupil): void {
    this.#register.left(pupil.device_id, this.clock.currentTime);
    this.save();
  }

  #attendance(): Attendance {
    const rows = this.#register.rows(this.clock.currentTime);
    return { rows, csv: csvOf(rows) };
  }
}
