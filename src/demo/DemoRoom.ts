// The room of the demo page: a quiz in which everyone answers at their own pace. Like any author's room it knows nothing of
// sockets, drops or returns: a score stays with its seat, and an answer that waited in a tunnel counts once.
import { z } from "zod";
import { EventRoom, Refusal } from "../holdfast.ts";
import { demoQuiz, questionOf } from "./state.ts";

const answer = z.object({ question: z.int().min(0), choice: z.int().min(0).max(2) });

export class DemoRoom extends EventRoom<typeof demoQuiz> {
  override schema = demoQuiz;

  override onEventOpened(): void {
    this.onPublish("answer", answer, (player, { question, choice }) => {
      if (question !== player.answered) throw new Refusal(409, "That question is answered already");
      player.answered += 1;
      if (choice === questionOf(question).right) player.score += 10;
    });
  }
}
