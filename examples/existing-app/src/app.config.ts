// A server as `npm create colyseus-app` makes it, with two rooms of its own; what Holdfast has added is marked.
import { createEndpoint, createRouter, defineRoom, defineServer, LobbyRoom, monitor } from "colyseus";
import express from "express";
import { eventRoom, loadConfig, withHoldfast } from "holdfast"; // added
import { PartyRoom } from "./rooms/PartyRoom.ts"; // added
import { TableRoom } from "./rooms/TableRoom.ts";

const server = defineServer(
  // added, and closed below
  withHoldfast(
    {
      rooms: {
        lobby: defineRoom(LobbyRoom),
        table: defineRoom(TableRoom).filterBy(["dish"]).enableRealtimeListing(),
        party: eventRoom(PartyRoom), // added
      },

      routes: createRouter({
        api_hello: createEndpoint("/api/hello", { method: "GET" }, async () => ({ message: "Hello World" })),
      }),

      express: (app) => {
        app.get(
          "/hi",
          (_request, response) => void response.send("It's time to kick ass and chew bubblegum!"),
        );
        app.use("/monitor", monitor());
        app.use(express.static(`${import.meta.dirname}/../dist`));
      },
    },
    loadConfig(process.env), // added
  ),
);

export default server;
