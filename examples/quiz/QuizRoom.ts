// A quiz on a Holdfast event room: own fields, own messages, hooks. Knows nothing of sockets, drops or returns.
import { z } from "zod";
import {
  type Client,
  defineEventState,
  EventRoom,
  type ParticipantOf,
  t,
  validate,
} from "../../src/holdfast.ts";

const questions = [
  { text: "How many legs has a crab?", choices: ["6", "8", "10"], right: 2 },
  { text: "What holds a kelp to the sea floor?", choices: ["a holdfast", "a root"], right: 0 },
] as const;

const quiz = defineEventState({
  participant: { score: t.number().default(0), answered: t.number().default(-1) },
  event: { question: t.string(), number: t.number().default(-1) },
});
type Player = ParticipantOf<typeof quiz>;

/** `choice` is an index into the choices of question `number`; anything else is a malformed message. */
const answer = z.object({ number: z.int().min(0), choice: z.int().min(0).max(9) });

export class QuizRoom extends EventRoom<typeof quiz> {
  override schema = quiz;

  override messages = {
    answer: validate(answer, (client, given) => this.#answer(client, given)),
  };

  override onEventOpened(): void {
    this.ask(0);
  }

  override onSeatReturned(player: Player): void {
    this.broadcast("cheer", {
      text: `${player.display_name || player.user_id} is back with ${player.score}`,
    });
  }

  /** Puts a question to everyone. */
  ask(number: number): void {
    const question = questions[number % questions.length];
    this.state.question = `${question?.text} (${question?.choices.join(" / ")})`;
    this.state.number = number;
  }

  #answer(client: Client, { number, choice }: z.infer<typeof answer>): void {
    const player = this.participantOf(client);
    if (player === undefined || number !== this.state.number || player.answered === number) return;
    player.answered = number;
    const isRight = questions[number % questions.length]?.right === choice;
    if (isRight) player.score += 1;
    client.send("judged", { number, is_right: isRight });
    if (this.participants.list("connected").every((one) => this.#hasAnswered(one.deviceId)))
      this.ask(number + 1);
  }

  /** One who is away is not waited for; one who comes back still has its score. */
  #hasAnswered(deviceId: string): boolean {
    return this.state.participants.get(deviceId)?.answered === this.state.number;
  }
}
