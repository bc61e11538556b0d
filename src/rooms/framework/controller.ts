// Colyseus's own HTTP endpoint for matchmaking: answers preflights, and nothing else. Its controller is a module singleton
// that Colyseus documents as replaceable; it is set again by every createApp.
import { matchMaker } from "@colyseus/core";
import { corsHeaders, type Origins } from "../../admission/http/cors.ts";

/** Leaves no method of the controller to anybody, and answers pages of these origins only. */
export function narrowController(origins: Origins): void {
  const { controller } = matchMaker;
  controller.exposedMethods = [];
  // The defaults allow every origin; ours are added one by one.
  Reflect.deleteProperty(controller.DEFAULT_CORS_HEADERS, "Access-Control-Allow-Origin");
  Reflect.deleteProperty(controller.DEFAULT_CORS_HEADERS, "Access-Control-Allow-Credentials");
  controller.getCorsHeaders = (headers: Headers) =>
    corsHeaders(origins, headers.get("origin"), headers.get("host"));
}
