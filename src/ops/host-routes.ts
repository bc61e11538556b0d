// What the host dashboard asks over HTTP: a token for its one-time link, and the list of events. Actions go through
// the event's own socket (`host_action`), where its room is.
import express, { type Request, type RequestHandler, Router } from "express";
import type { HostAccess } from "./host-access.ts";
import { Refusal } from "../protocol/refusal.ts";
import type { HostEventList, HostSession } from "../protocol/session.ts";

const longestBody = "8kb";

export function hostRoutes(hosts: HostAccess): Router {
  const router = Router();
  router.use((_request, response, next) => {
    response.set("cache-control", "no-store");
    next();
  });
  const answer = (respond: (request: Request) => Promise<object>): RequestHandler => {
    return async (request, response) => {
      try {
        response.json(await respond(request));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error; // express 5 hands a rejection to the error handler
        response.status(error.code).json(error.body);
      }
    };
  };
  const scope = async (request: Request) => {
    const [scheme, token] = (request.headers.authorization ?? "").split(" ");
    if (scheme?.toLowerCase() !== "bearer" || !token)
      throw new Refusal(401, "Missing host token", { reason: "bad_token" });
    return hosts.scopeOf(token);
  };

  router.post(
    "/session",
    express.json({ limit: longestBody }),
    answer(async ({ body }): Promise<HostSession> => {
      const code: unknown = (body as { code?: unknown } | undefined)?.code;
      const redeemed = typeof code === "string" ? await hosts.redeem(code) : undefined;
      if (redeemed === undefined)
        throw new Refusal(401, "This link is not valid, or was used already", { reason: "bad_token" });
      return { host_token: redeemed.token };
    }),
  );
  router.post(
    "/code",
    answer(async (request) => {
      const made = hosts.newCode(await scope(request));
      if (made === undefined)
        throw new Refusal(403, "In token mode hosts are given tokens, not links", { reason: "not_allowed" });
      return { code: made.code };
    }),
  );
  router.get(
    "/events",
    answer(async (request): Promise<HostEventList> => {
      const eventId = await scope(request);
      const all = await hosts.events();
      const events = eventId === "*" ? all : all.filter(({ event_id }) => event_id === eventId);
      return { server_time: hosts.now(), events };
    }),
  );
  return router;
}
