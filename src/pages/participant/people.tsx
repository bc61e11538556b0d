// Those in the event: everyone of a few; of many oneself, those who are away, and a search. A line renders again only when its
// person has changed.
import { Component } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { RosterEntry } from "../../client/index.ts";
import type { Name } from "../core/person.ts";
import { mostShown, type RosterShown, rosterShown } from "../core/participant/roster-shown.ts";
import { formatNumber, formatTime } from "../languages/format.ts";
import { t, type Words } from "../languages/words.ts";
import { Seat } from "../ui/seat.tsx";
import { TimeLeft } from "../ui/time-left.tsx";

interface PeopleProps {
  readonly roster: ReadonlyMap<string, RosterEntry>;
  readonly names: ReadonlyMap<string, Name>;
  /** It is as it last was: nothing comes any more. */
  readonly isStale: boolean;
}

export function People({ roster, names, isStale }: PeopleProps) {
  const [wanted, setWanted] = useState("");
  const people = useMemo(() => rosterShown(roster.values(), names, wanted), [roster, names, wanted]);
  const isSearched = roster.size > mostShown;
  if (isStale && roster.size === 0) return null; // nothing is known of the room yet: no word, and no 0, for it
  return (
    <section
      class={`card room-people ${isStale ? "is-stale" : ""}`}
      aria-labelledby="people-title"
      data-test="roster"
    >
      <div class="card-head">
        <h2 id="people-title">{t("people.title")}</h2>
        <p class="tally" data-test="counts">
          <span data-kind="connected">{t("people.here", { n: formatNumber(people.here) })}</span>
          <span data-kind="away">{t("people.away", { n: formatNumber(people.away) })}</span>
        </p>
      </div>
      {isStale && roster.size > 0 && <p class="hint">{t("people.stale")}</p>}
      {isSearched && (
        <div class="field people-find">
          <label for="find">{t("people.find")}</label>
          <input
            id="find"
            type="search"
            data-test="search"
            dir="auto"
            maxLength={64}
            autoComplete="off"
            value={wanted}
            onInput={(event) => setWanted(event.currentTarget.value)}
          />
        </div>
      )}
      {people.kind === "found" && (
        <p class="hint" role="status">
          {t("people.found", { n: people.shown.length + people.leftOut })}
        </p>
      )}
      <ul class="people">
        {people.shown.map((entry) => (
          <PersonLine key={`d ${entry.deviceId}`} entry={entry} name={names.get(entry.deviceId)} />
        ))}
      </ul>
      <Rest people={people} />
    </section>
  );
}

/** How many are not shown, and why. */
function Rest({ people }: { readonly people: RosterShown }) {
  const { kind, leftOut, others, away } = people;
  const n = { n: formatNumber(kind === "away" && leftOut === 0 ? others : leftOut) };
  if (kind === "found")
    return leftOut === 0 ? null : <p class="hint people-rest">{t("people.write-more")}</p>;
  if (kind === "everyone")
    return people.shown.length > 1 ? null : <p class="hint people-rest">{t("people.only-you")}</p>;
  return (
    <p class="people-rest" data-test="others">
      {away === 0 && <span>{t("people.nobody-away")}</span>}
      <span>{leftOut > 0 ? t("people.more-away", n) : t("people.more", n)}</span>
    </p>
  );
}

interface LineProps {
  readonly entry: RosterEntry;
  readonly name: Name | undefined;
}

/** Do two entries look the same? */
function isSame(a: RosterEntry, b: RosterEntry): boolean {
  return (
    a === b ||
    (a.status === b.status &&
      a.reason === b.reason &&
      a.isMe === b.isMe &&
      a.disconnectedAt === b.disconnectedAt &&
      a.graceExpiresAt === b.graceExpiresAt)
  );
}

const whys: Readonly<Record<string, Words>> = {
  connection_lost: "why.connection_lost",
  heartbeat_timeout: "why.heartbeat_timeout",
  server_restart: "why.server_restart",
};

/** Why somebody is away; also for a reason that this page does not know yet. */
function whyWords(reason: string): string {
  return t((Object.hasOwn(whys, reason) ? whys[reason] : undefined) ?? "why.unknown");
}

class PersonLine extends Component<LineProps> {
  override shouldComponentUpdate({ entry, name }: LineProps): boolean {
    const { props } = this;
    return !isSame(props.entry, entry) || props.name?.name !== name?.name || props.name?.mark !== name?.mark;
  }

  render() {
    const { entry, name } = this.props;
    const isAway = entry.status !== "connected";
    const why = whyWords(entry.reason);
    const countdown = isAway ? { since: entry.disconnectedAt, until: entry.graceExpiresAt } : undefined;
    return (
      <li
        class="person"
        data-kind={isAway ? "away" : "connected"}
        data-test="person"
        data-device={entry.deviceId}
      >
        <Seat person={entry} kind={isAway ? "away" : "connected"} countdown={countdown} />
        <div class="person-words">
          <p class="person-name">
            <bdi>{name?.name}</bdi>
            {name !== undefined && name.mark !== "" && <span class="person-mark">{name.mark}</span>}
            {entry.isMe && <span class="you">{t("people.you")}</span>}
          </p>
          {isAway ? (
            <p class="person-status">
              <span aria-hidden="true">
                <TimeLeft until={entry.graceExpiresAt} />
                {` · ${why}`}
              </span>
              <span class="visually-hidden">
                {t("people.away-line", { why, time: formatTime(entry.graceExpiresAt) })}
              </span>
            </p>
          ) : (
            <p class="person-status">{t("people.is-here")}</p>
          )}
        </div>
      </li>
    );
  }
}
