// Starts the quiz: settings from the environment, one app, an orderly end.
import { createApp, loadConfig } from "../../src/holdfast.ts";
import { QuizRoom } from "./QuizRoom.ts";

const app = createApp({ room: QuizRoom, config: loadConfig(process.env) });
const port = await app.listen();
console.log(`The quiz listens on http://localhost:${port}`);

for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => void app.close().then(() => process.exit(0)));
