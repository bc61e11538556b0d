// One's own seat: trouble large, with the time that is left in its ring; success in a line. What it says comes from core/.
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Comeback } from "../core/participant/own-facts.ts";
import type { OwnAction, OwnSaying } from "../core/participant/own-status.ts";
import { initialsOf, toneOf, wholeName, type Name } from "../core/person.ts";
import type { Remedy } from "../core/participant/refusals.ts";
import { formatNumber } from "../languages/format.ts";
import { t } from "../languages/words.ts";
import { useClock } from "../ui/clock.ts";
import { everyTick, write } from "../ui/ticker.ts";
import { TimeLeft } from "../ui/time-left.tsx";
import { OwnRing, ringOf } from "./own-ring.tsx";
import { Quality } from "./quality.tsx";
import type { Seen } from "./room-observer.ts";

interface OwnCardProps {
  readonly seen: Seen;
  readonly deviceId: string;
  readonly name: Name | undefined;
  readonly onAction: (kind: Remedy) => void;
}

const tests: Partial<Record<Remedy, string>> = { "take-back": "take-back" };

export function OwnCard({ seen, deviceId, name, onAction }: OwnCardProps) {
  const { saying, comeback, isMoment } = seen;
  const { status, tone, title, detail, kept, actions, counting } = saying;
  const run = kept?.until === undefined ? undefined : { since: kept.since, until: kept.until };
  const closing = comeback && { since: comeback.at - comeback.awayMs, until: comeback.at + comeback.awayMs };
  return (
    <section
      class="card own"
      data-test="own-status"
      data-status={status}
      data-reason={saying.reason}
      data-tone={tone}
      data-moment={isMoment}
      data-return={returnOf(comeback)}
      aria-labelledby="own-title"
    >
      <OwnRing kind={ringOf(saying, isMoment)} tone={toneOf(deviceId)} run={isMoment ? closing : run}>
        {run === undefined ? <Middle saying={saying} name={name} /> : <TimeLeft until={run.until} />}
      </OwnRing>
      <div class="own-words">
        <h2 id="own-title">
          {counting === undefined ? (
            title
          ) : (
            <>
              <span class="visually-hidden">{title}</span>
              <Counting {...counting} />
            </>
          )}
        </h2>
        {status === "here" && (
          <p class="own-line">
            {name !== undefined && <bdi class="own-name">{wholeName(name)}</bdi>}
            <Quality quality={seen.quality} />
          </p>
        )}
        {detail !== "" && (
          <p class="own-detail">
            {saying.isServersSentence ? (
              <bdi lang="en" dir="auto">
                {detail}
              </bdi>
            ) : (
              detail
            )}
          </p>
        )}
        {kept !== undefined && (
          <p class="kept" data-test="kept-until">
            {kept.text}
          </p>
        )}
        {actions.length > 0 && (
          <div class="buttons">
            {actions.map((action) => (
              <Action key={action.kind} action={action} onAction={onAction} />
            ))}
          </div>
        )}
      </div>
    </section>
  );
}

/** How the last absence ended, for tests and styles: for longer than it is said. */
function returnOf(comeback: Comeback | undefined): string {
  if (comeback === undefined) return "";
  if (comeback.wasRemoved) return "let-in-again";
  return comeback.isNewSeat ? "new-seat" : comeback.isWhole ? "whole" : "as-is";
}

function Action({
  action,
  onAction,
}: {
  readonly action: OwnAction;
  readonly onAction: (kind: Remedy) => void;
}) {
  const { kind, text, isMain } = action;
  return (
    <button
      type="button"
      class={`button ${isMain ? "is-primary" : ""}`}
      data-test={tests[kind] ?? kind}
      onClick={() => onAction(kind)}
    >
      {text}
    </button>
  );
}

/** The initials, or what stands for a ring that does not run. */
function Middle({ saying, name }: { readonly saying: OwnSaying; readonly name: Name | undefined }) {
  if (saying.kept?.isPaused) return <span class="own-ring-pause" />;
  if (saying.tone === "over" && saying.status !== "full") return null;
  return <bdi>{name === undefined ? "" : initialsOf(name.name)}</bdi>;
}

/** `No answer for 4 s`, counting up; seen only. */
function Counting({ words, since }: NonNullable<OwnSaying["counting"]>) {
  const text = useRef<HTMLSpanElement>(null);
  const clock = useClock();
  useLayoutEffect(() => {
    const seconds = () => Math.max(0, Math.floor((clock() - since) / 1000));
    return everyTick(() => write(text.current, t(words, { n: formatNumber(seconds()) })));
  }, [words, since, clock]);
  return <span ref={text} class="seconds" aria-hidden="true" />;
}
