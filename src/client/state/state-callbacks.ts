// The handlers of a session, made when they are first asked for: who does not import this does not load them.
import type { EventSchema, EventSession, RoomState, StateCallbacks } from "../types/index.ts";
import { RoomCallbacks } from "./callbacks.ts";
import { followersOf, type StateFollowers } from "./followers.ts";

const known = new WeakMap<object, RoomCallbacks>();

/**
 * Handlers for single changes of a session's state, in the manner of the SDK's `Callbacks`, but over all connections.
 * @param session as `joinEvent` has returned it
 * @returns the same for each call with the same session
 * @throws TypeError for anything else
 * @example stateCallbacks(session).listen("question", (question) => show(question));
 */
export function stateCallbacks<S extends EventSchema>(
  session: EventSession<S>,
): StateCallbacks<RoomState<S>> {
  const callbacks = known.get(session) ?? made(session);
  known.set(session, callbacks);
  return callbacks as unknown as StateCallbacks<RoomState<S>>; // of what the state is made, the compiler alone knows
}

function made(session: object): RoomCallbacks {
  const followers = (session as { readonly [followersOf]?: StateFollowers })?.[followersOf];
  if (followers === undefined) throw new TypeError("stateCallbacks needs a session of joinEvent");
  const callbacks = new RoomCallbacks(followers.errors);
  followers.add(callbacks);
  return callbacks;
}
