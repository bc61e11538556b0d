// A server whose room does what the React pages of tests ask for, among it a crowd that has no sockets.
import { z } from "zod";
import { type Client, createApp, EventRoom, loadConfig, serve } from "../../src/holdfast.ts";
import { quiz } from "./quiz-state.ts";

class Quiz extends EventRoom<typeof quiz> {
  override schema = quiz;

  override messages = {
    /** Rows of the state, as many participants would be: what one page shows of thousands. */
    crowd: (_: Client, size: number) => {
      for (let no = 0; no < size; no++) {
        const participant = new quiz.Participant();
        const id = `crowd-${no}`;
        participant.assign({ device_id: id, user_id: id, display_name: `Guest ${no}`, joined_at: 1000 });
        this.state.participants.set(id, participant);
      }
    },
    /** So many of the crowd are away, in one patch. */
    crowd_drops: (_: Client, count: number) => {
      for (let no = 0; no < count; no++)
        this.state.participants.get(`crowd-${no}`)?.assign({
          status: "temporarily_disconnected",
          reason: "connection_lost",
          disconnected_at: Date.now(),
          grace_expires_at: Date.now() + 30_000,
        });
    },
    crowd_returns: (_: Client, count: number) => {
      for (let no = 0; no < count; no++)
        this.state.participants
          .get(`crowd-${no}`)
          ?.assign({ status: "connected", reason: "", disconnected_at: 0, grace_expires_at: 0 });
    },
    score_of: (_: Client, [id, score]: [string, number]) => {
      this.state.participants.get(id)?.assign({ score });
    },
    round: (_: Client, question: string) => {
      this.state.round.assign({ no: this.state.round.no + 1, question });
    },
    step: () => {
      this.state.steps += 1;
    },
    tell: (_: Client, [id, card]: [string, string]) => void this.participants.tell(id, "card", card),
    announce: (_: Client, text: string) => this.announce("news", text),
  };

  override onEventOpened(): void {
    this.onPublish("point", z.number(), (from, points) => {
      from.score += points;
    });
  }
}

/** What it is filled with, the test brings: a browser lets a page that was made up by the test reach no server of this machine. */
const html = '<!doctype html><title>React</title><link rel="icon" href="data:,"><div id="root"></div>';
const app = createApp({
  room: Quiz as never,
  config: loadConfig(process.env),
  express: (routes) => void routes.get("/react-page", (_request, response) => void response.send(html)),
});
console.log(`listens on http://127.0.0.1:${await serve(app, process)}`);
