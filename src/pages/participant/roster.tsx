// Everyone in the event, oneself first. A card renders again only when its person has changed; time moves it by the ticker.
import { Component } from "preact";
import type { RosterEntry } from "../../client/index.ts";
import { rosterOrder } from "../core/order.ts";
import { nameOf } from "../core/person.ts";
import { timeOfDay } from "../core/countdown.ts";
import { awayReason } from "../core/texts.ts";
import { Seat, SecondsLeft } from "../ui/seat.tsx";

interface RosterProps {
  readonly roster: ReadonlyMap<string, RosterEntry>;
  /** It is as it last was: the connection is lost. */
  readonly isStale: boolean;
}

/** From this many on, cards out of sight are not laid out. */
const longFrom = 60;

export function Roster({ roster, isStale }: RosterProps) {
  const entries = rosterOrder(roster.values());
  const away = entries.filter(({ status }) => status !== "connected").length;
  return (
    <section class={`card ${isStale ? "is-stale" : ""}`} aria-labelledby="roster" data-test="roster">
      <div class="card-head">
        <h2 id="roster">In the room</h2>
        <p class="tally">
          <span data-kind="connected">{entries.length - away} here</span>
          <span data-kind="away">{away} away</span>
        </p>
      </div>
      {isStale && entries.length > 0 && <p class="hint">As it was when you were last connected.</p>}
      {entries.length === 0 && <p class="empty">Nobody yet.</p>}
      <ul class={`people ${entries.length > longFrom ? "is-long" : ""}`}>
        {entries.map((entry) => (
          <PersonCard key={`d ${entry.deviceId}`} entry={entry} />
        ))}
      </ul>
    </section>
  );
}

/** Do two entries look the same? */
function isSame(a: RosterEntry, b: RosterEntry): boolean {
  return (
    a === b ||
    (a.status === b.status &&
      a.reason === b.reason &&
      a.displayName === b.displayName &&
      a.userId === b.userId &&
      a.isMe === b.isMe &&
      a.disconnectedAt === b.disconnectedAt &&
      a.graceExpiresAt === b.graceExpiresAt)
  );
}

class PersonCard extends Component<{ readonly entry: RosterEntry }> {
  override shouldComponentUpdate(next: { readonly entry: RosterEntry }): boolean {
    return !isSame(this.props.entry, next.entry);
  }

  render() {
    const { entry } = this.props;
    const isAway = entry.status !== "connected";
    const countdown = isAway ? { since: entry.disconnectedAt, until: entry.graceExpiresAt } : undefined;
    return (
      <li class="person" data-kind={isAway ? "away" : "connected"}>
        <Seat person={entry} kind={isAway ? "away" : "connected"} countdown={countdown} />
        <div class="person-words">
          <p class="person-name">
            <bdi>{nameOf(entry)}</bdi>
            {entry.isMe && <span class="you"> you</span>}
          </p>
          {isAway ? (
            <p class="person-status">
              <span aria-hidden="true">
                <SecondsLeft until={entry.graceExpiresAt} /> ·{" "}
              </span>
              <span>{awayReason(entry.reason)}</span>
              <span class="visually-hidden">, away; kept until {timeOfDay(entry.graceExpiresAt)}</span>
            </p>
          ) : (
            <p class="person-status">here</p>
          )}
        </div>
      </li>
    );
  }
}
