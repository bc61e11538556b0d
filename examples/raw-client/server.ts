// A server for the story, and the story, told to it by a process of its own.
import { spawn } from "node:child_process";
import { createApp } from "holdfast";
import { PointsRoom } from "./PointsRoom.ts";

const config = { host: "127.0.0.1", port: 0, storeUrl: "memory:", logLevel: "error" } as const;
const app = createApp({ room: PointsRoom, config });
const port = await app.listen();
const story = [`${import.meta.dirname}/main.ts`, `http://127.0.0.1:${port}`];
spawn(process.execPath, story, { stdio: "inherit" }).once("exit", (code) => {
  void app.close().then(() => process.exit(code ?? 1));
});
