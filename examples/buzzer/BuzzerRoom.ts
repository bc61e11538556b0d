// A buzzer for two teams. A host opens a round; whoever buzzes first has ten seconds for an answer, and the host judges it.
import { EventRoom, hostOnly, type ParticipantOf, Refusal, type SeatRequest, validate } from "holdfast";
import { z } from "zod";
import { game, joinOptions } from "./state.ts";

type Player = ParticipantOf<typeof game>;

export const answerTimeMs = 10_000;
export const largestTeam = 20;

export class BuzzerRoom extends EventRoom<typeof game> {
  override schema = game;
  override joinOptions = joinOptions;

  override messages = {
    open: hostOnly(() => this.#open()),
    judge: hostOnly(
      validate(z.object({ is_right: z.boolean() }), (_host, { is_right }) => this.#judge(is_right)),
    ),
  };

  override onEventOpened(): void {
    // Published: a press that is made in a tunnel arrives when the phone is out of it, once. It says for which round it was.
    this.onPublish("buzz", z.object({ round: z.int() }), (player, { round }) => this.#buzz(player, round));
    this.onTimer("answer_time", () => this.#giveUp());
    this.#showDeadline(); // after a restart there is as much time left as there was
  }

  /** Before there is a seat: the team is chosen once, and may be full. */
  override onSeatRequested({ isNew, options }: SeatRequest<typeof joinOptions>) {
    if (!isNew) return undefined; // who comes back has its team
    const size = [...this.state.participants.values()].filter(({ team }) => team === options.team).length;
    if (size >= largestTeam) throw new Refusal(409, `Team ${options.team} is full`);
    return { team: options.team };
  }

  #open(): void {
    if (this.state.phase !== "closed") throw new Refusal(409, "A round is open already");
    this.state.round += 1;
    this.state.phase = "open";
    this.announce("round_opened", { round: this.state.round });
  }

  #buzz(player: Player, round: number): void {
    if (round !== this.state.round || this.state.phase === "closed")
      throw new Refusal(409, "That round is over");
    if (this.state.phase === "answering") throw new Refusal(409, "Somebody was faster");
    this.state.phase = "answering";
    this.state.answering = player.device_id;
    this.timers.after("answer_time", answerTimeMs);
    this.#showDeadline();
    this.announce("buzzed", { device_id: player.device_id, team: player.team });
    this.participants.tell(player.device_id, "your_turn", { round }); // also when the phone has just dropped
  }

  #judge(isRight: boolean): void {
    const player = this.state.participants.get(this.state.answering);
    if (this.state.phase !== "answering") throw new Refusal(409, "Nobody has answered");
    for (const { id } of this.timers.list("answer_time")) this.timers.cancel(id);
    if (isRight && player !== undefined) this.state[player.team] += 1;
    this.announce("judged", { device_id: this.state.answering, is_right: isRight });
    // Who was right ends the round; after a wrong answer the others may buzz.
    this.#standBy(isRight ? "closed" : "open");
  }

  #giveUp(): void {
    this.announce("no_answer", { device_id: this.state.answering });
    this.#standBy("open");
  }

  #standBy(phase: "closed" | "open"): void {
    this.state.phase = phase;
    this.state.answering = "";
    this.#showDeadline();
  }

  #showDeadline(): void {
    this.state.answer_until = this.timers.list("answer_time")[0]?.firesAt ?? 0;
  }
}
