// The framework's matchmaking endpoints, narrowed to the contract: two methods, known codes, our origins.
// The controller is a module singleton that Colyseus documents as replaceable; it is set again by every createApp.
import { matchMaker } from "@colyseus/core";
import type { Watch } from "../ops/watch.ts";
import { roomName } from "../protocol/messages.ts";
import { Refusal } from "../protocol/refusal.ts";
import { asRefusal, asServerError } from "./refusals.ts";
import { corsHeaders, type Gate } from "./transport.ts";

const { controller } = matchMaker;
const invoke = controller.invokeMethod.bind(controller);

export function narrowMatchmaking(gate: Gate, watch: Watch): void {
  controller.exposedMethods = ["joinOrCreate", "reconnect"];
  // The defaults allow every origin; ours are added one by one.
  Reflect.deleteProperty(controller.DEFAULT_CORS_HEADERS, "Access-Control-Allow-Origin");
  Reflect.deleteProperty(controller.DEFAULT_CORS_HEADERS, "Access-Control-Allow-Credentials");
  controller.getCorsHeaders = (headers: Headers) =>
    corsHeaders(gate, headers.get("origin"), headers.get("host"));
  controller.invokeMethod = async (...call: Parameters<typeof invoke>) => {
    const [method, room, options] = call;
    try {
      const token: unknown = options?.reconnectionToken;
      if (method === "reconnect" && typeof token !== "string")
        throw new Refusal(400, "Missing reconnectionToken");
      if (method === "reconnect") await gate.restore(room);
      return await invoke(...call);
    } catch (error) {
      const refusal = asRefusal(error, (unexpected) => watch.caught("matchmake", unexpected));
      const isTheDesks = method === "joinOrCreate" && room === roomName; // it has told of its refusals itself
      if (!isTheDesks) watch.refused(refusal, {});
      throw asServerError(refusal);
    }
  };
}
