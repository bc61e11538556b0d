// A quiz: a host starts rounds, players answer until a timer is over, and then everyone is shown what was right. Knows
// nothing of sockets, drops or returns: a player's score, answer and card stay with the seat.
import { type Client, EventRoom, hostOnly, type ParticipantOf, Refusal, StateView } from "holdfast";
import { z } from "zod";
import { type Question, questions } from "./questions.ts";
import { quiz } from "./state.ts";

type Player = ParticipantOf<typeof quiz>;

export const roundMs = 20_000;
const pointsFor = 10;

/** `round` says which question is answered, for an answer that comes out of a tunnel when the next one has been asked. */
const answer = z.object({ round: z.int(), choice: z.int().min(0).max(9), plays_card: z.boolean() });

export class QuizRoom extends EventRoom<typeof quiz> {
  override schema = quiz;

  override messages = {
    next: hostOnly(() => this.#next()),
  };

  override onEventOpened(): void {
    this.state.rounds = questions.length;
    this.onPublish("answer", answer, (player, given) => this.#answer(player, given));
    this.onTimer("round_over", () => this.#endRound());
    this.#showEnd(); // after a restart the round ends as much later as the server was away
  }

  override onSeatTaken(player: Player): void {
    player.card = "double";
  }

  /** Each connection of a seat sees that seat's own private fields, and nobody else's. */
  override onSeatConnected(player: Player, client: Client): void {
    if (client.view !== undefined) return; // it has the one of the seat's last connection
    client.view = new StateView();
    client.view.add(player);
  }

  /** Whoever leaves is not waited for. */
  override onSeatLeft(): void {
    this.#endIfAllHaveAnswered();
  }

  #next(): void {
    const { state } = this;
    if (state.phase === "asking") throw new Refusal(409, "This question is still open");
    if (state.phase === "over") throw new Refusal(409, "The quiz is over");
    const question = questions[state.round];
    if (question === undefined) {
      state.phase = "over";
      this.announce("over", { winners: this.#winners() });
      return;
    }
    state.phase = "asking";
    state.round += 1;
    this.#ask(question);
  }

  #ask({ text, choices }: Question): void {
    const { state } = this;
    state.question = text;
    state.choices.splice(0, state.choices.length, ...choices);
    state.right = -1;
    for (const player of state.participants.values()) {
      player.has_answered = false;
      player.answer = -1;
      player.plays_card = false;
    }
    this.timers.after("round_over", roundMs, { round: state.round });
    this.#showEnd();
    this.announce("asked", { round: state.round });
  }

  #answer(player: Player, { round, choice, plays_card }: z.infer<typeof answer>): void {
    const { state } = this;
    if (state.phase !== "asking" || round !== state.round) throw new Refusal(409, "That question is closed");
    if (player.has_answered) throw new Refusal(409, "You have answered already");
    if (choice >= state.choices.length) throw new Refusal(400, "There is no such choice");
    if (plays_card && player.card === "") throw new Refusal(409, "You have played your card already");
    player.has_answered = true;
    player.answer = choice;
    player.plays_card = plays_card;
    if (plays_card) player.card = "";
    this.#endIfAllHaveAnswered();
  }

  /** Who is away is waited for as long as the timer runs: it may answer yet. */
  #endIfAllHaveAnswered(): void {
    const players = [...this.state.participants.values()];
    if (this.state.phase === "asking" && players.length > 0 && players.every((one) => one.has_answered))
      this.#endRound();
  }

  #endRound(): void {
    const { state } = this;
    for (const { id } of this.timers.list("round_over")) this.timers.cancel(id);
    state.phase = "result";
    state.right = questions[state.round - 1]?.right ?? -1;
    const right: string[] = [];
    for (const player of state.participants.values()) {
      if (player.answer !== state.right) continue;
      player.score += player.plays_card ? 2 * pointsFor : pointsFor;
      right.push(player.display_name);
    }
    this.#showEnd();
    this.announce("result", { round: state.round, right });
  }

  #showEnd(): void {
    this.state.ends_at = this.timers.list("round_over")[0]?.firesAt ?? 0;
  }

  #winners(): string[] {
    const players = [...this.state.participants.values()];
    const best = Math.max(...players.map(({ score }) => score));
    return players.filter(({ score }) => score === best).map(({ display_name }) => display_name);
  }
}
