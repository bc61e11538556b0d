// What an operator asks over HTTP: health, readiness, metrics, the monitor, and the pages.
// Never reached by game traffic, and never sends CORS headers: no other origin may read any of it.
import type { monitor } from "@colyseus/monitor";
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Response } from "express";
import type { Registry } from "prom-client";
import type { Clock } from "../clock.ts";
import { type RefusalReason, refusalBody } from "../protocol/refusal.ts";
import type { HostAccess } from "./host-access.ts";
import { demoRoutes } from "./pages/demo-routes.ts";
import type { DemoServer } from "./pages/demo-server.ts";
import { hostRoutes } from "./host-routes.ts";
import type { Logger } from "./logger.ts";
import { endingWorker, workerPath } from "./pages/no-pages.ts";
import { pages } from "./pages/page-routes.ts";
import { PasswordGuard } from "./password-guard.ts";
import { readOnlyMonitor } from "./read-only-monitor.ts";

export interface OpsRoutes {
  readonly registry: Registry;
  /** Paths of what is asked about the process; "" is not answered. */
  readonly healthPath: string;
  readonly readyPath: string;
  readonly metricsPath: string;
  readonly monitorPassword: string;
  readonly isMonitorOn: boolean;
  /** The pages. What a host's page asks is answered without them, too: it may be somebody else's page. */
  readonly hasPages: boolean;
  /** What the demo page shows; undefined where there is no such page. */
  readonly demo: DemoServer | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  readonly hosts: HostAccess;
  readonly readiness: ReadinessProbe;
}

/** Why the server is not ready for new joins; undefined when it is. admission/readiness implements it. */
export interface ReadinessProbe {
  whyNotReady(): string | undefined;
}

/** Columns of the monitor's list: what an operator wants to know of an event. */
const columns: NonNullable<NonNullable<Parameters<typeof monitor>[0]>["columns"]> = [
  "roomId",
  { metadata: "event_id" },
  { metadata: "connected" },
  { metadata: "held" },
  { metadata: "left" },
  "clients",
  "elapsedTime",
];

/** The monitor, loaded when somebody looks at it: most servers run without. */
function lateMonitor(): RequestHandler {
  let loading: Promise<RequestHandler> | undefined;
  return async (request, response, next) => {
    loading ??= import("@colyseus/monitor").then(
      (loaded) => loaded.monitor({ columns }) as unknown as RequestHandler,
    );
    return (await loading)(request, response, next);
  };
}

export function createRoutes(routes: OpsRoutes): Express {
  const app = express();
  app.disable("x-powered-by");
  app.use(withoutCors);
  const at = (path: string, answer: RequestHandler) => void (path === "" || app.get(path, answer));
  at(routes.healthPath, (_request, response) => void response.json({ status: "alive" }));
  at(routes.readyPath, (_request, response) => {
    const why = routes.readiness.whyNotReady();
    response.status(why === undefined ? 200 : 503).json({ status: why ?? "ready" });
  });
  at(routes.metricsPath, async (_request, response) => {
    response.type(routes.registry.contentType).send(await routes.registry.metrics());
  });
  if (routes.isMonitorOn) {
    const guards = [refuseActions];
    if (routes.monitorPassword !== "") guards.unshift(new PasswordGuard(routes).handle);
    app.use("/monitor", ...guards, readOnlyMonitor(), lateMonitor());
  }
  app.use("/host", hostRoutes(routes.hosts));
  if (routes.hasPages) app.use(pages(undefined, routes.demo !== undefined));
  else app.get(workerPath, endingWorker);
  if (routes.demo !== undefined) app.use("/demo", demoRoutes(routes.demo));
  app.use((_request, response) => {
    refuse(response, 404, "There is nothing here", "not_found");
  });
  app.use(answerErrors);
  return app;
}

/** In a server of somebody else's every answer begins with the framework's CORS headers. */
const withoutCors: RequestHandler = (_request, response, next) => {
  for (const name of response.getHeaderNames())
    if (name.startsWith("access-control-")) response.removeHeader(name);
  next();
};

function refuse(response: Response, code: number, sentence: string, reason: RefusalReason): void {
  response.status(code).json(refusalBody(code, sentence, reason));
}

/** Express's own answer to an error, outside production, is its stack. */
const answerErrors: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) return next(error);
  return refuse(response, ...answerTo(error));
};

function answerTo(error: unknown): [code: number, sentence: string, reason: RefusalReason] {
  if (error instanceof URIError) return [400, "This path cannot be read", "unreadable"];
  const { status } = error as { status?: unknown }; // a body that express could not read
  if (status === 413) return [413, "The request is too large", "too_large"];
  if (typeof status === "number" && status >= 400 && status < 500)
    return [400, "The request cannot be read", "unreadable"];
  return [500, "This could not be answered", "internal"];
}

/** [W2] the monitor can call any method of any room by a GET: a link in a mail would do. It may look, not touch. */
const refuseActions: RequestHandler = (request, response, next) => {
  const isLooking = request.method === "GET" || request.method === "HEAD";
  if (isLooking && !/^\/api\/room\/call(?:\/|$)/i.test(decodeURIComponent(request.path))) return next();
  refuse(response, 403, "This monitor is for looking only", "not_allowed");
};
