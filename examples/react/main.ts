// The server of the polls: settings from the environment, its room and its page.
import express from "express";
import { createApp, loadConfig, serve } from "holdfast";
import { PollRoom } from "./PollRoom.ts";

const app = createApp({
  room: PollRoom,
  config: loadConfig(process.env),
  pages: false,
  express: (routes) => void routes.use(express.static(`${import.meta.dirname}/dist`)),
});
console.log(`The polls listen on http://localhost:${await serve(app, process)}`);
