// Polls, one after the other: each is open for half a minute in which there is a server, and then the next one begins.
import { EventRoom, type ParticipantOf, Refusal } from "holdfast";
import { z } from "zod";
import { poll } from "./state.ts";

type Voter = ParticipantOf<typeof poll>;

export const pollMs = 30_000;
export const polls = [
  { question: "Where shall we meet?", options: ["At the pier", "In the pub", "Online"] },
  { question: "And when?", options: ["At noon", "At six"] },
  { question: "Who brings the cake?", options: ["I do", "Not me"] },
] as const;

const vote = z.object({ number: z.int(), option: z.int().min(0) });

export class PollRoom extends EventRoom<typeof poll> {
  override schema = poll;

  override onEventOpened(): void {
    this.onPublish("vote", vote, (voter, given) => this.#vote(voter, given));
    this.onTimer("poll_over", () => this.#decide());
    if (this.timers.list("poll_over").length === 0) this.#ask(1);
    this.#showEnd(); // after a restart it is as much later as the server was away
  }

  #vote(voter: Voter, { number, option }: z.infer<typeof vote>): void {
    if (number !== this.state.number) throw new Refusal(409, "That poll is over");
    if (option >= this.state.options.length) throw new Refusal(400, "There is no such option");
    voter.vote = option; // who votes again has changed its mind
  }

  #decide(): void {
    const { state } = this;
    const counts = state.options.map(
      (_, option) => [...state.participants.values()].filter((voter) => voter.vote === option).length,
    );
    const most = Math.max(...counts);
    const decided = most === 0 ? "nothing" : state.options[counts.indexOf(most)];
    this.announce("decided", { question: state.question, decided });
    this.#ask(state.number + 1);
  }

  #ask(number: number): void {
    const { state } = this;
    const { question = "", options = [] } = polls[(number - 1) % polls.length] ?? {};
    state.number = number;
    state.question = question;
    state.options.splice(0, state.options.length, ...options);
    for (const voter of state.participants.values()) voter.vote = -1;
    this.timers.after("poll_over", pollMs);
    this.#showEnd();
  }

  #showEnd(): void {
    this.state.ends_at = this.timers.list("poll_over")[0]?.firesAt ?? 0;
  }
}
