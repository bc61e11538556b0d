// What the demo page asks for: where the demo's server listens, and that it be killed. Not there in production.
import { type RequestHandler, Router } from "express";
import { demoDownMs, type DemoServer } from "./demo-server.ts";

/** `GET /demo/server` is answered with `{ port }`, `POST /demo/kill` with `{ down_ms }`. */
export function demoRoutes(server: DemoServer): RequestHandler {
  const router = Router();
  router.use((_request, response, next) => {
    response.set("cache-control", "no-store");
    next();
  });
  router.get("/server", async (_request, response) => {
    response.json({ port: await server.port() });
  });
  router.post("/kill", async (_request, response) => {
    await server.kill();
    response.json({ down_ms: demoDownMs });
  });
  return router;
}
