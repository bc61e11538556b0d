// Something to publish: cheers, counted here and in the room. That both agree after any outage is exactly-once, seen.
// Shown only in a room that counts them: a number `cheers` with every participant of its state.
import { useEffect, useRef, useState } from "preact/hooks";
import type { EventSession } from "../../client/index.ts";
import { everyTick } from "../ui/ticker.ts";

/** The message; its handler in the room adds one to the sender's `cheers`. */
export const cheerType = "cheer";

/** What the room has counted of ours; undefined in a room that does not. */
function cheersOf(session: EventSession): number | undefined {
  const { participants } = (session.roomState ?? {}) as {
    participants?: { get?(deviceId: string): { cheers?: unknown } | undefined };
  };
  const cheers = participants?.get?.(session.deviceId)?.cheers;
  return typeof cheers === "number" ? cheers : undefined;
}

export function CheerPanel({ session }: { readonly session: EventSession }) {
  const [counted, setCounted] = useState(cheersOf(session));
  const [pending, setPending] = useState(session.pendingPublishes);
  const [failure, setFailure] = useState("");
  const shown = useRef(counted);
  useEffect(
    () =>
      everyTick(() => {
        shown.current = cheersOf(session) ?? shown.current;
        setCounted(shown.current);
        setPending(session.pendingPublishes);
      }),
    [session],
  );
  if (counted === undefined) return null;
  const cheer = () => {
    setFailure("");
    session.publish(cheerType).catch((error: Error) => setFailure(error.message));
    setPending(session.pendingPublishes);
  };
  return (
    <section class="card cheer" aria-labelledby="cheer">
      <div>
        <h2 id="cheer">Cheer</h2>
        <p class="hint">Each press counts once, whatever happens to the network.</p>
      </div>
      <button type="button" class="button is-primary" onClick={cheer}>
        Cheer
      </button>
      <dl class="figures">
        <div>
          <dt>counted by the room</dt>
          <dd>{counted}</dd>
        </div>
        <div>
          <dt>on their way</dt>
          <dd>{pending}</dd>
        </div>
      </dl>
      {failure !== "" && <p class="hint is-error">{failure}</p>}
    </section>
  );
}
