// Starts the server: settings from the environment, our page in front of Holdfast's own routes, run as this process.
import { join } from "node:path";
import express from "express";
import { createApp, loadConfig, serve } from "holdfast";
import { QuizRoom } from "./QuizRoom.ts";

const app = createApp({
  room: QuizRoom,
  config: loadConfig(process.env),
  express: (routes) => void routes.use(express.static(join(import.meta.dirname, "../public"))),
});
const at = `http://localhost:${await serve(app, process)}`;
console.log(`Play at ${at} (open it in two windows)`);

// A host watches, kicks and closes. In production such a link is printed by: npx holdfast host-link
const code = app.config.isProduction ? undefined : app.newHostCode();
if (code !== undefined) console.log(`Host at ${at}/host#code=${code} (once)`);
