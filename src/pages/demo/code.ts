// The demo's room as an author writes it, to be shown. A test holds it against src/demo/DemoRoom.ts.

export const roomCode = `class Quiz extends EventRoom<typeof demoQuiz> {
  override schema = demoQuiz;

  override onEventOpened() {
    this.onPublish("answer", answer, (player, { question, choice }) => {
      if (question !== player.answered) throw new Refusal(409, "That question is answered already");
      player.answered += 1;
      if (choice === questionOf(question).right) player.score += 10;
    });
  }
}`;
