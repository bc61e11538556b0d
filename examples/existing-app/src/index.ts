// As the framework's starter has it.
import { listen } from "@colyseus/tools";
import app from "./app.config.ts";

await listen(app);
