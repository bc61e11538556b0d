// Opens the session that the hooks below it read from, when it is mounted, and lets go of it one turn after it is not.
import { createElement, type ReactElement, useEffect, useMemo } from "react";
import type { EventSchema, EventSession, JoinEventOptions } from "../client/types/index.ts";
import { EventHandle } from "./event-handle.ts";
import { handleContext } from "./reading.ts";
import { identityOf } from "./registry.ts";
import type { EventProviderProps } from "./types.ts";

/**
 * Is in an event for as long as it is mounted. Its properties are the options of `joinEvent`; the session is opened when
 * it is mounted, never while it renders, and let go of (`close()`) one turn after it is unmounted: who mounts one for the same `url`,
 * `eventId` and `deviceId` before that goes on with the session. So StrictMode and a hot reload are one join. Another event
 * closes the session and opens another; other options count from the next session on, a `sessionToken` that is a function at once.
 * @example
 * <EventProvider url="https://game.example" eventId="pub quiz" displayName={name}>
 *   <Quiz />
 * </EventProvider>
 */
export function EventProvider<S extends EventSchema = EventSchema>(
  props: EventProviderProps<S>,
): ReactElement {
  const { children, session, ...others } = props;
  const options = others as JoinEventOptions; // which a session of the application's own does without
  // the parts that make it another place, not the objects that they come in
  const handle = useMemo(
    () => new EventHandle(session as EventSession | undefined),
    [session, ...identityOf(options)],
  );
  useEffect(() => {
    handle.open(options);
    return () => handle.close();
    // options that do not make it another place open nothing
  }, [handle]);
  useEffect(() => handle.update(options));
  return createElement(handleContext().Provider, { value: handle }, children);
}
