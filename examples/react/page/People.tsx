/** @jsxImportSource react */
import { memo } from "react";
import { useParticipant, useParticipantIds, useServerCountdown } from "./event.ts";

/** Everyone. Renders again when somebody comes or goes; a change of one participant renders its row alone. */
export function People() {
  const ids = useParticipantIds();
  return (
    <section aria-labelledby="people-title">
      <h2 id="people-title">{ids.length} in the room</h2>
      <ul className="people">
        {ids.map((id) => (
          <Person key={id} id={id} />
        ))}
      </ul>
    </section>
  );
}

const Person = memo(function Person({ id }: { readonly id: string }) {
  const person = useParticipant(id);
  const leftMs = useServerCountdown(person?.graceExpiresAt);
  if (person === undefined) return null;
  return (
    <li>
      <span>
        <span>{person.displayName || `guest ${id.slice(0, 4)}`}</span>
        {person.isMe && " (you)"}
      </span>
      {person.status === "temporarily_disconnected" ? (
        <span className="away">away, kept for {(leftMs ?? 0) / 1000} s</span>
      ) : (
        <span>{person.own.vote >= 0 ? "has voted" : "here"}</span>
      )}
    </li>
  );
});
