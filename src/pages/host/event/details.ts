// What the event's hosts know of it beside its seats, as the session has it.
import { useEffect, useMemo, useState } from "preact/hooks";
import type { EventSession } from "../../../client/index.ts";
import type { HostEventDetails } from "../../../host/index.ts";

/** Undefined until it has come. What is told to hosts alone is empty for whoever is none. */
export function useDetails(session: EventSession): HostEventDetails | undefined {
  const [details, setDetails] = useState(session.details);
  useEffect(() => {
    const take = () => setDetails(session.details);
    take();
    return session.on("details", take);
  }, [session]);
  return useMemo(
    () =>
      details === undefined ? undefined : { expected_names: [], removed: [], removed_total: 0, ...details },
    [details],
  );
}
