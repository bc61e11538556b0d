// The HTTP side of the compared server: an owner's express routes and endpoints, and what checks ask a server about itself.
import { createEndpoint, createRouter, matchMaker } from "@colyseus/core";
import { monitor } from "@colyseus/monitor";
import { playground } from "@colyseus/playground";
import express, { type Application, type Response } from "express";
import { z } from "zod";
import { notes } from "./notes.ts";

/** Answers with what `asked` resolves to, or with the error's sentence. */
function answer(response: Response, asked: Promise<unknown>): void {
  asked.then(
    (value) => response.json({ value: value ?? null }),
    (error: Error) => response.json({ error: error.message }),
  );
}

async function listed(conditions: object): Promise<unknown> {
  const rooms = await matchMaker.query({ ...conditions });
  return rooms.map(({ name, clients, locked, metadata, unlisted, private: isPrivate }) => ({
    name,
    clients,
    locked,
    metadata,
    unlisted,
    isPrivate,
  }));
}

async function presence(operation: string, key: string, value: string): Promise<unknown> {
  const { presence: shared } = matchMaker;
  const operations: Record<string, () => unknown> = {
    set: () => shared.set(key, value),
    get: () => shared.get(key),
    del: () => shared.del(key),
    exists: () => shared.exists(key),
    incr: () => shared.incr(key),
    sadd: () => shared.sadd(key, value),
    smembers: () => shared.smembers(key),
    hset: () => shared.hset(key, "field", value),
    hget: () => shared.hget(key, "field"),
    hincrby: () => shared.hincrby(key, "field", Number(value)),
    rpush: () => shared.rpush(key, value),
    lpop: () => shared.lpop(key),
    subscribe: () => shared.subscribe(key, (message: unknown) => notes.add(key, message)),
    unsubscribe: () => shared.unsubscribe(key),
    publish: () => shared.publish(key, { text: value }),
  };
  const result = await operations[operation]?.();
  return typeof result === "object" && !Array.isArray(result) ? "done" : result;
}

/** What an owner of a server has of his own. */
function ownersRoutes(app: Application): void {
  app.get("/hi", (_, response) => void response.send("It works"));
  app.get("/readyz", (_, response) => void response.send("Ready, as its owner says"));
  app.use("/body", express.json({ limit: "1mb" }));
  app.post("/body", ({ body, headers }, response) => {
    response
      .status(201)
      .set("x-type", String(headers["content-type"]))
      .json({ got: body as unknown });
  });
  app.post("/stream", (request, response) => {
    let bytes = 0;
    request.on("data", (chunk: Buffer) => (bytes += chunk.length));
    request.on("end", () => response.json({ bytes }));
  });
  app.get("/throws", () => {
    throw new Error("an error of the route's");
  });
  app.get("/events", (_, response) => {
    response.set("content-type", "text/event-stream").write("data: 1\n\n");
    setTimeout(() => response.end("data: 2\n\n"), 20);
  });
  app.use("/monitor", monitor());
  app.use("/playground", playground());
}

/** What checks ask. */
export function routes(app: Application): void {
  ownersRoutes(app);
  app.get("/notes/:key", ({ params }, response) => void response.json({ value: notes.of(params.key) }));
  app.get("/rooms", ({ query }, response) => answer(response, listed(query)));
  app.get("/row/:id", ({ params }, response) =>
    answer(
      response,
      matchMaker.query({ roomId: params.id }).then(([row]) => row),
    ),
  );
  app.get("/process", (_, response) => void response.json({ value: matchMaker.processId }));
  app.get("/call/:roomId/:method", ({ params: { roomId, method } }, response) =>
    answer(response, matchMaker.remoteRoomCall(roomId, method as never, [])),
  );
  app.get("/presence/:operation/:key", ({ params: { operation, key }, query }, response) =>
    answer(response, presence(operation, key, String(query.value ?? ""))),
  );
}

export const endpoints = createRouter({
  hello: createEndpoint("/api/hello", { method: "GET" }, async () => ({ message: "hello" })),
  add: createEndpoint(
    "/api/add/:to",
    { method: "POST", body: z.object({ count: z.number() }), query: z.object({ by: z.string().optional() }) },
    async ({ params, body, query, setHeader }) => {
      setHeader("x-added", "yes");
      return { to: params.to, sum: body.count + Number(query.by ?? 0) };
    },
  ),
  refuse: createEndpoint("/api/refuse", { method: "PUT" }, async ({ error }) => {
    throw error(418, { message: "no coffee" });
  }),
  token: createEndpoint("/api/token", { method: "GET" }, async ({ request }) => ({
    authorization: request?.headers.get("authorization") ?? null,
  })),
});
