// The quiz: one object of this class is one event. Who is here, away or back is Holdfast's business; what a quiz is, is ours.
import { EventRoom, type ParticipantOf, Refusal } from "holdfast";
import { z } from "zod";
import { questionOf } from "./questions.ts";
import { quiz } from "./state.ts";

export const askMs = 20_000;
export const showMs = 5000;

/** What a page publishes; anything else is refused before our code sees it. */
const answer = z.object({ number: z.int().min(0), choice: z.int().min(0).max(9) });

export class QuizRoom extends EventRoom<typeof quiz> {
  override schema = quiz;

  override onEventOpened(): void {
    this.onPublish("answer", answer, (player, given) => this.#answer(player, given));
    this.onTimer("show", () => this.#show());
    this.onTimer("ask", () => this.#ask(this.state.number + 1));
    this.#showEnd(); // after a restart it is later than it was
  }

  override onSeatTaken(): void {
    if (this.state.phase === "waiting") this.#ask(0);
  }

  override onEmpty(): void {
    for (const { id } of this.timers.list()) this.timers.cancel(id);
    this.state.phase = "waiting";
  }

  #ask(number: number): void {
    const { text, choices } = questionOf(number);
    Object.assign(this.state, {
      phase: "asking",
      number,
      question: text,
      choices: choices.join("\n"),
      right: -1,
    });
    this.timers.after("show", askMs); // kept with the event: a restart does not lose it
    this.#showEnd();
  }

  /** Taken once and in order, over drops, reloads and restarts; what a handler changes before it throws is taken back. */
  #answer(player: ParticipantOf<typeof quiz>, { number, choice }: z.infer<typeof answer>): void {
    const { state } = this;
    if (state.phase !== "asking" || number !== state.number) throw new Refusal(409, "Too late for this one");
    if (player.answered === number) throw new Refusal(409, "You have answered already");
    player.answered = number;
    player.choice = choice;
    const isAnswered = (deviceId: string) => state.participants.get(deviceId)?.answered === number;
    // Who is away is not waited for: it has its time to come back.
    if (!this.participants.list("connected").every(({ deviceId }) => isAnswered(deviceId))) return;
    for (const { id } of this.timers.list("show")) this.timers.cancel(id);
    this.#show();
  }

  #show(): void {
    const { state } = this;
    state.phase = "showing";
    state.right = questionOf(state.number).right;
    for (const player of state.participants.values())
      if (player.answered === state.number && player.choice === state.right) player.score += 1;
    this.announce("shown", { number: state.number, right: state.right });
    this.timers.after("ask", showMs);
    this.#showEnd();
  }

  /** Pages count down to this. */
  #showEnd(): void {
    this.state.ends_at = this.timers.list()[0]?.firesAt ?? 0;
  }
}
