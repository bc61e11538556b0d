// What the participant's page says of its own seat: one status, its words, until when the seat is kept, and what can be done.
// Pure: of the session's state and the server's time. What is read out holds no number that changes by itself.
import type { OutageReason, SessionState } from "../../../client/index.ts";
import { formatTime } from "../../languages/format.ts";
import { t, type Words } from "../../languages/words.ts";
import type { Comeback } from "./own-facts.ts";
import { refusalWords, type Remedy } from "./refusals.ts";

/** How the page calls where it stands; `data-status` of what shows it. */
export type OwnStatus =
  | "joining"
  | "here"
  | "no-answer"
  | "reconnecting"
  | "coming-back"
  | "full"
  | "replaced"
  | "kicked"
  | "closed"
  | "left"
  | "refused"
  | "unreachable";

/** What there is to go by. Instants are the server's epoch milliseconds. */
export interface OwnFacts {
  readonly state: SessionState;
  /** The server answers, as far as the client knows; false: nothing has come for some seconds. */
  readonly isAnswering: boolean;
  readonly lastReceivedAt: number | undefined;
  /** The browser says that there is a network. */
  readonly isOnline: boolean;
  /** When this page began to join. */
  readonly openedAt: number;
  /** The last return, a reload's included; undefined without one. */
  readonly comeback: Comeback | undefined;
  /** What it was refused for, in the wire's word, while the page asks again by itself; undefined otherwise. */
  readonly askingAgain: string | undefined;
}

/** Until when the seat is kept. */
export interface Kept {
  /** What is said of it, with the time of day. */
  readonly text: string;
  /** What the ring and the seconds run to; undefined where time stands still or is over. */
  readonly until: number | undefined;
  /** Since when it runs. */
  readonly since: number;
  /** Time stands still: the server is charged for it, and not the seat. */
  readonly isPaused: boolean;
}

/** A button. */
export interface OwnAction {
  readonly kind: Remedy;
  readonly text: string;
  /** It is what helps. */
  readonly isMain: boolean;
}

/** Everything that the page says of its own seat now. */
export interface OwnSaying {
  readonly status: OwnStatus;
  /** Which refusal or end it is, in the wire's word; "" for none. */
  readonly reason: string;
  readonly tone: "well" | "trouble" | "over";
  readonly title: string;
  /** In the title's place for those who see, with the seconds that have passed since then: "No answer for {n} s". */
  readonly counting: { readonly words: Words; readonly since: number } | undefined;
  readonly detail: string;
  /** The detail is the server's own sentence, in English. */
  readonly isServersSentence: boolean;
  readonly kept: Kept | undefined;
  readonly actions: readonly OwnAction[];
}

/** For how long a return is a moment, and for how long it is said that it is another seat. */
const momentMs = 6000;
const newSeatMs = 30_000;
/** A first join that has waited for so long says so. */
const patienceMs = 4000;

const outages: Readonly<Record<OutageReason, Words>> = {
  connection_lost: "own.because-lost",
  silence: "own.because-silence",
  wake: "own.because-asleep",
  offline: "own.because-offline",
  server_restart: "own.because-restart",
  asked: "own.because-asked",
};

const plain = {
  reason: "",
  counting: undefined,
  isServersSentence: false,
  kept: undefined,
  actions: [],
} as const;

const tryNow = (): OwnAction => ({ kind: "retry", text: t("own.try-now"), isMain: false });
const another = (): OwnAction => ({ kind: "another", text: t("own.another"), isMain: false });

/** What to say at `now`, in the server's time. */
export function ownSaying(facts: OwnFacts, now: number): OwnSaying {
  const { state } = facts;
  if (state.status === "connected") return facts.isAnswering ? here(facts, now) : noAnswer(facts, now);
  const { reason } = state;
  if (state.status === "left" || state.status === "failed") return over(facts);
  if (reason === "full") return refused("full");
  if (facts.askingAgain !== undefined) return refused(facts.askingAgain);
  if (state.status === "reconnecting" || state.keptSeat !== undefined) return comingBack(facts, now);
  return joining(facts, now);
}

function joining({ isOnline, openedAt }: OwnFacts, now: number): OwnSaying {
  const isLong = now - openedAt >= patienceMs;
  const detail = isOnline ? (isLong ? "own.joining-long" : "own.joining-detail") : "own.joining-offline";
  const tone = isOnline && !isLong ? "well" : "trouble";
  return { ...plain, status: "joining", tone, title: t("own.joining"), detail: t(detail) };
}

function here({ comeback }: OwnFacts, now: number): OwnSaying {
  return { ...plain, status: "here", tone: "well", title: t("own.here"), detail: returnWords(comeback, now) };
}

/** How the last absence ended, for as long as that is worth saying; else nothing. */
function returnWords(comeback: Comeback | undefined, now: number): string {
  if (comeback === undefined) return "";
  const { at, awayMs, isNewSeat, isWhole, wasRemoved } = comeback;
  if (now - at >= (isNewSeat ? newSeatMs : momentMs)) return "";
  if (wasRemoved) return t("own.let-in-again");
  if (isNewSeat) return t("own.new-seat");
  const seconds = Math.max(1, Math.round(awayMs / 1000));
  return t(isWhole ? "own.back-whole" : "own.back-as-is", { seconds });
}

/** Is it the moment in which the ring closes? */
export function isReturning(comeback: Comeback | undefined, now: number): boolean {
  return comeback !== undefined && now - comeback.at < momentMs;
}

function noAnswer({ lastReceivedAt }: OwnFacts, now: number): OwnSaying {
  return {
    ...plain,
    status: "no-answer",
    tone: "trouble",
    title: t("own.no-answer"),
    counting: { words: "own.no-answer-for", since: lastReceivedAt ?? now },
    detail: t("own.no-answer-detail"),
  };
}

function comingBack({ state, isOnline }: OwnFacts, now: number): OwnSaying {
  const { outage, keptSeat } = state;
  const isPaused = keptSeat?.deadline === "paused";
  const because: Words = isPaused
    ? "own.because-restart"
    : !isOnline
      ? "own.because-offline"
      : outage === undefined
        ? "own.because-reload"
        : outages[outage.reason];
  return {
    ...plain,
    status: state.status === "reconnecting" ? "reconnecting" : "coming-back",
    tone: "trouble",
    title: t("own.coming-back"),
    detail: t(because),
    kept: keptWords(state, now),
    actions: [tryNow()],
  };
}

function keptWords({ keptSeat, outage }: SessionState, now: number): Kept | undefined {
  const since = keptSeat?.since ?? outage?.since ?? now;
  const deadline = keptSeat?.deadline;
  if (deadline === "paused") return { text: t("own.kept-paused"), until: undefined, since, isPaused: true };
  const until = deadline ?? keptSeat?.atLeastUntil ?? outage?.seatUntil;
  if (until === undefined) return undefined;
  if (now >= until) return { text: t("own.may-be-free"), until: undefined, since, isPaused: false };
  const words = deadline === undefined ? "own.kept-at-least" : "own.kept-until";
  return { text: t(words, { time: formatTime(until) }), until, since, isPaused: false };
}

function over({ state }: OwnFacts): OwnSaying {
  const { endReason, status } = state;
  if (endReason === "replaced")
    return {
      ...end("replaced", "own.replaced", "own.replaced-detail"),
      actions: [{ kind: "take-back", text: t("own.take-back"), isMain: true }],
    };
  if (endReason === "kicked") return refused("kicked");
  if (endReason === "event_closed") return end("closed", "own.closed", "own.closed-detail");
  if (endReason === "unreachable" || (endReason === undefined && status === "failed"))
    return {
      ...end("unreachable", "own.unreachable", "own.unreachable-detail"),
      actions: [{ kind: "retry", text: t("own.try-again"), isMain: true }, another()],
    };
  if (endReason === "refused") return refused(refusalOf(state), state.sentence);
  return end("left", "own.left", "own.left-detail");
}

function end(status: OwnStatus, title: Words, detail: Words): OwnSaying {
  return { ...plain, status, tone: "over", title: t(title), detail: t(detail), actions: [another()] };
}

/** Servers before 0.2 refuse without a reason. */
const reasonOfCode: Readonly<Record<number, string>> = {
  401: "bad_token",
  404: "no_such_event",
  410: "closed",
};

function refusalOf({ reason, code }: SessionState): string {
  return reason ?? reasonOfCode[code ?? 0] ?? "refused";
}

function refused(reason: string, sentence?: string): OwnSaying {
  const { status, title, detail, actions } = refusalWords(reason);
  const isServersSentence = detail === undefined && sentence !== undefined;
  return {
    ...plain,
    status,
    reason,
    tone: "over",
    title: t(title),
    detail: isServersSentence ? sentence : t(detail ?? "own.refused-detail"),
    isServersSentence,
    actions: actions.map(({ kind, text, isMain = false }) => ({ kind, text: t(text), isMain })),
  };
}
