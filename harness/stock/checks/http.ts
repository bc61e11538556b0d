// Everything that is asked over HTTP: the framework's own routes, an owner's, and what is none.
import { Client } from "@colyseus/sdk";
import type { Check, Stage } from "../stage.ts";

const json = { "content-type": "application/json" };
const cors = [
  "access-control-allow-origin",
  "access-control-allow-credentials",
  "access-control-allow-methods",
  "access-control-allow-headers",
  "access-control-max-age",
  "content-type",
];

/** The answer of the SDK's `http`, or how it was refused. */
async function sdk(asked: Promise<{ status: number; data: unknown }>): Promise<unknown> {
  try {
    const { status, data } = await asked;
    return { status, data };
  } catch (error) {
    const { name, code, message, status, data } = error as Record<string, unknown>;
    return { name, code, message, status, data };
  }
}

const post = (stage: Stage, path: string, body: string, headers: Record<string, string> = json) =>
  stage.http(path, { method: "POST", body, headers });

export const http: readonly Check[] = [
  {
    title: "client.http gets an express route, an endpoint, and nothing",
    async run(stage) {
      const { http: asked } = stage.client();
      return [await sdk(asked.get("/hi")), await sdk(asked.get("/api/hello")), await sdk(asked.get("/none"))];
    },
  },
  {
    title: "client.http posts a body to an express route and to an endpoint",
    async run(stage) {
      const { http: asked } = stage.client();
      return [
        await sdk(asked.post("/body", { body: { a: [1, "ü"] } })),
        await sdk(asked.post("/api/add/me", { body: { count: 2 }, query: { by: "3" } })),
        await sdk(asked.post("/api/add/me", { body: { count: "two" } })),
        await sdk(asked.put("/api/refuse", { body: {} })),
      ];
    },
  },
  {
    title: "client.http sends the token of client.auth",
    async run(stage) {
      const client = stage.client();
      client.auth.token = "my token";
      return sdk(client.http.get("/api/token"));
    },
  },
  {
    title: "a large body reaches an express route, streamed or parsed",
    async run(stage) {
      const large = "x".repeat(300_000);
      const parsed = await stage.client().http.post("/body", { body: { large } });
      const streamed = await post(stage, "/stream", large, { "content-type": "text/plain" });
      return [JSON.stringify(parsed.data).length, streamed];
    },
  },
  {
    title: "a body that is no JSON is the route's to refuse",
    async run(stage) {
      const answer = (await post(stage, "/body", "{")) as { status: number };
      return answer.status;
    },
  },
  {
    title: "a route that streams its answer",
    run: (stage) => stage.http("/events"),
  },
  {
    title: "/__healthcheck and / are the framework's",
    async run(stage) {
      return [await stage.http("/__healthcheck"), await stage.http("/")];
    },
  },
  {
    title: "paths that nobody has are 404, with every method",
    async run(stage) {
      const answers = [];
      for (const method of ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"])
        answers.push(await stage.http("/no/such/path", { method }, ["content-type", "x-powered-by"]));
      return answers;
    },
  },
  {
    title: "paths that Holdfast has by itself are an owner's to define",
    async run(stage) {
      const paths = ["/host", "/readyz", "/api/events", "/assets/x.js"];
      return Promise.all(paths.map((path) => stage.http(path)));
    },
  },
  {
    title: "a route that throws is 500",
    async run(stage) {
      const { status } = (await stage.http("/throws")) as { status: number };
      return status;
    },
  },
  {
    title: "CORS of a matchmaking request, with and without an origin",
    async run(stage) {
      const asked = (headers: Record<string, string>) =>
        stage.http("/matchmake/join/nonesuch", { method: "POST", body: "{}", headers }, cors);
      return [await asked(json), await asked({ ...json, origin: "https://a.example" })];
    },
  },
  {
    title: "preflights of matchmaking, of an endpoint and of an express route",
    async run(stage) {
      const headers = {
        origin: "https://a.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
      };
      const paths = ["/matchmake/joinOrCreate/chat", "/api/hello", "/hi", "/none"];
      return Promise.all(paths.map((path) => stage.http(path, { method: "OPTIONS", headers }, cors)));
    },
  },
  {
    title: "matchmaking by hand: no body, odd bodies, odd methods",
    async run(stage) {
      const at = "/matchmake/join/nonesuch";
      return [
        await stage.http(at, { method: "POST" }),
        await post(stage, at, ""),
        await post(stage, at, "{"),
        await post(stage, at, "[1]"),
        await post(stage, at, '"text"'),
        await post(stage, at, "a=1", { "content-type": "application/x-www-form-urlencoded" }),
        await post(stage, "/matchmake/nonesuch/chat", "{}"),
        await post(stage, "/matchmake/query/chat", "{}"),
        await post(stage, "/matchmake/chat", "{}"),
        await stage.http("/matchmake/joinOrCreate/chat"),
        await stage.http(at, { method: "PUT", body: "{}", headers: json }),
      ];
    },
  },
  {
    title: "matchmaking by hand gives a seat, in the framework's form",
    async run(stage) {
      const response = await fetch(`${stage.url()}/matchmake/create/chat`, {
        method: "POST",
        body: JSON.stringify({ key: stage.key }),
        headers: json,
      });
      const seat = (await response.json()) as Record<string, string>;
      return [response.status, Object.keys(seat).toSorted(), seat.name, response.headers.get("content-type")];
    },
  },
  {
    title: "a matchmaking body of 200 KB is read",
    async run(stage) {
      const { room } = await stage.create("chat", { large: "x".repeat(200_000) });
      return room.name;
    },
  },
  {
    title: "the monitor shows the rooms",
    async run(stage) {
      const { room } = await stage.create("chat");
      const page = (await stage.http("/monitor/")) as { status: number; text: unknown };
      const list = await fetch(`${stage.url()}/monitor/api`);
      const { rooms } = (await list.json()) as { rooms: { roomId: string; name: string; clients: number }[] };
      const row = rooms.find(({ roomId }) => roomId === room.roomId);
      const detail = await fetch(`${stage.url()}/monitor/api/room?roomId=${room.roomId}`);
      const { clients } = (await detail.json()) as { clients: { sessionId: string }[] };
      return [page.status, list.status, row?.name, row?.clients, clients.map(({ sessionId }) => sessionId)];
    },
  },
  {
    title: "the playground answers, and knows the rooms",
    async run(stage) {
      await stage.create("chat");
      const page = (await stage.http("/playground/")) as { status: number };
      const rooms = await fetch(`${stage.url()}/playground/rooms`);
      const { rooms: names = [], roomsById = {} } = (await rooms.json().catch(() => ({}))) as {
        rooms?: string[];
        roomsById?: object;
      };
      const events = ["quiz", "buzzer", "event"]; // beside which the others are as they are
      return [page.status, rooms.status, names.filter((name) => !events.includes(name)), typeof roomsById];
    },
  },
  {
    title: "latency is measured, and the nearest server selected",
    async run(stage) {
      const latency = await stage.client().getLatency({ pingCount: 3 });
      const dead = "http://127.0.0.1:1";
      const nearest = await Client.selectByLatency([dead, stage.url()]);
      return [latency >= 0 && latency < 5000, nearest.settings.port === Number(new URL(stage.url()).port)];
    },
  },
  {
    title: "a socket that measures latency and says nothing is closed after a second",
    async run(stage) {
      const socket = new WebSocket(stage.url().replace("http", "ws"));
      const close = await new Promise<{ code: number; reason: string }>((resolve) => {
        socket.addEventListener("close", ({ code, reason }) => resolve({ code, reason }));
      });
      return [close.code, close.reason];
    },
  },
];
