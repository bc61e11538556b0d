// What an operator asks, and the pages: which of it there is, and under which names. In somebody's express app it stands
// behind their routes, so that theirs win.
import type { HttpGate, OwnRoutes } from "../admission/http/http-gate.ts";
import type { Config } from "../config.ts";
import { workerPath } from "../ops/pages/no-pages.ts";
import { createRoutes, type OpsRoutes } from "../ops/routes.ts";
import type { StockOptions } from "../rooms/framework/server.ts";
import type { Surroundings } from "./surroundings.ts";

/** Makes a host of whoever has a link. A page of somebody else's needs it, too. */
const redeeming = "POST /host/session";

type Asked = Pick<OpsRoutes, "registry" | "clock" | "log" | "hosts" | "readiness" | "demo">;

/** @param asked the parts that know the answers */
export function ownRoutes(
  config: Config,
  { isAlone, hasPages, hasExpress }: Surroundings,
  asked: Asked,
): OwnRoutes {
  const { monitorPassword, isMonitorOn, healthPath, readyPath, metricsPath } = config;
  const answer = createRoutes({
    ...asked,
    healthPath,
    readyPath,
    metricsPath,
    monitorPassword,
    isMonitorOn: isMonitorOn && isAlone,
    hasPages,
  });
  const probes = [healthPath, readyPath, metricsPath]
    .filter((path) => path !== "")
    .map((path) => `GET ${path}`);
  const calls = new Set([...probes, redeeming, ...(hasPages ? [] : [`GET ${workerPath}`])]);
  return { answer, calls, isInExpress: hasExpress };
}

/**
 * The option `express` of a server with events.
 * @param gate answers what hosts ask over HTTP
 * @param theirs registers routes that go before ours
 * @param hasPages everything that they leave is ours to answer; without, health, metrics and hosts' links alone
 */
export function expressWith(
  theirs: StockOptions["express"],
  { answer, calls }: OwnRoutes,
  hasPages: boolean,
  gate: Pick<HttpGate, "takeApi">,
): Pick<StockOptions, "express"> {
  if (theirs === undefined && !hasPages) return {};
  return {
    async express(app) {
      await theirs?.(app);
      // at its path alone: what the app has no route for the framework answers
      app.all(/^\/api\/v1\//, (request, response, next) => void (gate.takeApi(request, response) || next()));
      if (hasPages) app.use(answer);
      else
        for (const call of calls) {
          const [method, path] = call.split(" ") as [string, string];
          if (method === "POST") app.post(path, answer);
          else app.get(path, answer);
        }
    },
  };
}
