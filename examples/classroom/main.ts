// The classroom's server. It opens one lesson, as a school's timetable would, with the names of those who are to come.
import express from "express";
import { createApp, loadConfig, serve } from "holdfast";
import { ClassRoom, settings } from "./ClassRoom.ts";

const app = createApp({
  room: ClassRoom,
  config: { ...loadConfig(process.env), ...settings },
  pages: false,
  express: (routes) => void routes.use(express.static(`${import.meta.dirname}/dist`)),
});
const url = `http://localhost:${await serve(app, process)}`;
await app.createEvent({
  eventId: "lesson",
  options: { topic: "Rivers of Europe", expected: ["Ann", "Bo", "Cy"] },
});
console.log(`The classroom listens on ${url}`);
console.log(`  teacher (this link works once): ${url}/teacher.html#code=${app.newHostCode()}`);
