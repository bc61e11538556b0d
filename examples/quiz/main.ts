// Starts the quiz: settings from the environment, one app, run as this process.
import { createApp, loadConfig, serve } from "../../src/holdfast.ts";
import { QuizRoom } from "./QuizRoom.ts";

const app = createApp({ room: QuizRoom, config: loadConfig(process.env) });
console.log(`The quiz listens on http://localhost:${await serve(app, process)}`);
