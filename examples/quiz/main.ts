// The quiz's server: settings from the environment, its room, its pages, and a link that makes one browser its host.
import express from "express";
import { createApp, loadConfig, serve } from "holdfast";
import { QuizRoom } from "./QuizRoom.ts";

const app = createApp({
  room: QuizRoom,
  config: loadConfig(process.env),
  pages: false,
  express: (routes) => void routes.use(express.static(`${import.meta.dirname}/dist`)),
});
const url = `http://localhost:${await serve(app, process)}`;
console.log(`The quiz listens on ${url}`);
console.log(`  host (this link works once): ${url}/host.html#code=${app.newHostCode()}`);
