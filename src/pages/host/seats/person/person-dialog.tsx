// One person: how they are and why, since when and until when, on which devices, how steady the connection has been, and what
// a host can do. Stays open, and true, while they come and go.
import type { Rows, SeatRow } from "../../../core/seats/rows.ts";
import { awayMsOf } from "../../../core/seats/steadiness.ts";
import type { TimeLines } from "../../../core/time-lines.ts";
import { formatDuration, formatList, formatTime } from "../../../languages/format.ts";
import { t } from "../../../languages/words.ts";
import { useClock } from "../../../ui/clock.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { SecondsLeft } from "../../../ui/seat.tsx";
import { Bars } from "./bars.tsx";
import { PersonSeat } from "./person-seat.tsx";
import type { PersonAction } from "./person-actions.ts";
import { statusOf, whyAway } from "../seat-texts.ts";
import { offWhen } from "../../../ui/off.ts";

interface PersonDialogProps {
  readonly row: SeatRow;
  readonly rows: Rows;
  readonly timeLines: TimeLines | undefined;
  readonly windowMs: number;
  readonly actions: readonly PersonAction[];
  readonly onClose: () => void;
}

export function PersonDialog({ row, rows, timeLines, windowMs, actions, onClose }: PersonDialogProps) {
  const line = timeLines?.lines.get(row.key);
  return (
    <Dialog
      title={row.mark === "" ? row.name : t("person.marked", { name: row.name, mark: row.mark })}
      onClose={onClose}
    >
      {(close) => (
        <div class="person-card" data-test="person" data-device={row.deviceId} data-kind={row.kind}>
          <div class="person-head">
            <PersonSeat row={row} isLarge />
            <p class="person-now">
              {row.until > 0 && (
                <span class="person-countdown" aria-hidden="true">
                  <SecondsLeft until={row.until} />
                </span>
              )}
              <span>{statusOf(row)}</span>
            </p>
          </div>
          {row.kind === "never-came" ? <NeverCame /> : <Facts row={row} rows={rows} timeLines={timeLines} />}
          {line !== undefined && <Bars line={line} windowMs={windowMs} />}
          <div class="buttons is-end">
            {actions.map(({ id, text, isDanger, isDisabled, onPick }) => (
              <button
                key={id}
                type="button"
                class={`button is-small ${isDanger ? "is-danger" : ""}`}
                data-test={id}
                {...offWhen(isDisabled, () => {
                  if (isDanger) close();
                  onPick();
                })}
              >
                {text}
              </button>
            ))}
            <button type="button" class="button is-small is-primary" data-test="person-close" onClick={close}>
              {t("seats.close")}
            </button>
          </div>
        </div>
      )}
    </Dialog>
  );
}

function NeverCame() {
  return (
    <div class="dialog-text">
      <p>{t("seats.person.missing")}</p>
      <p class="hint">{t("seats.person.missing-text")}</p>
    </div>
  );
}

type FactsProps = Pick<PersonDialogProps, "row" | "rows" | "timeLines">;

function Facts({ row, rows, timeLines }: FactsProps) {
  const clock = useClock();
  const line = timeLines?.lines.get(row.key);
  const others = [...rows.values()].filter(
    ({ userId, key, kind }) => userId !== "" && userId === row.userId && key !== row.key && kind !== "left",
  );
  const facts: readonly (readonly [string, string])[] = [
    ...(row.joinedAt > 0 ? [[t("seats.person.joined"), formatTime(row.joinedAt)] as const] : []),
    ...(row.kind === "away"
      ? [
          [t("seats.person.since"), formatTime(row.since)] as const,
          [t("seats.person.why"), whyAway(row.reason)] as const,
        ]
      : []),
    ...(row.until > 0 ? [[t("seats.person.until"), formatTime(row.until)] as const] : []),
    ...(row.kind === "left" && row.since > 0
      ? [[t("seats.person.left"), formatTime(row.since)] as const]
      : []),
    ...(line === undefined || timeLines === undefined
      ? []
      : [[t("seats.person.connection"), steadiness(row, awayMsOf(line, clock()), timeLines.since)] as const]),
    ...(row.isExpected === undefined
      ? []
      : [
          [
            t("seats.person.list"),
            t(row.isExpected ? "seats.person.on-list" : "seats.not-expected"),
          ] as const,
        ]),
    ...(row.userId !== "" && row.userId !== row.deviceId
      ? [[t("seats.person.user"), row.userId] as const]
      : []),
    [t("seats.person.device"), row.deviceId],
    ...(others.length > 0
      ? [[t("seats.person.others"), formatList(others.map(({ deviceId }) => deviceId))] as const]
      : []),
  ];
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <bdi>{value}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** What this page has seen of the connection: there is no better measure of somebody else's. */
function steadiness(row: SeatRow, awayMs: number, since: number): string {
  const time = formatTime(Math.max(since, row.joinedAt));
  return row.drops === 0
    ? t("seats.person.steady", { time })
    : t("seats.person.drops", { n: row.drops, time, span: formatDuration(awayMs) });
}
