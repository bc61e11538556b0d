// The hooks where nothing is mounted: on a server, and outside a provider. And what their types know.
import { expect } from "chai";
import { createElement, Fragment, type ReactElement } from "react";
import { renderToString } from "react-dom/server";
import type { quiz } from "../../../harness/react/quiz-state.ts";
import {
  createEventHooks,
  EventProvider,
  useEvent,
  useMe,
  useParticipant,
  useParticipantIds,
  usePendingPublishes,
  usePublish,
  useRoster,
  useServerCountdown,
} from "../../../src/react/index.ts";
import { registry } from "../../../src/react/registry.ts";

const typed = createEventHooks<typeof quiz>();

function Everything(): ReactElement {
  const { show, status, session, retry } = useEvent();
  usePublish();
  const round = typed.useEventState((state) => ({ round: state.round, teams: state.teams }));
  const found = {
    show,
    status,
    hasSession: session !== undefined,
    hasRetry: retry !== undefined,
    everyone: useRoster().size,
    names: useRoster((roster) => [...roster.values()].map(({ displayName }) => displayName)),
    ids: useParticipantIds(),
    isMe: useMe() !== undefined,
    isThere: useParticipant("d") !== undefined,
    round: round === undefined,
    pending: usePendingPublishes(),
    left: useServerCountdown(1e15) === undefined,
  };
  return createElement(Fragment, null, JSON.stringify(found));
}

describe("the hooks on a server", () => {
  it("[V12] render what there is before a join, and open nothing", () => {
    const options = { url: "http://127.0.0.1:9", eventId: "e" };
    const html = renderToString(createElement(EventProvider, options, createElement(Everything)));
    expect(JSON.parse(html.replaceAll("&quot;", '"'))).to.deep.equal({
      show: "joining",
      status: "connecting",
      hasSession: false,
      hasRetry: false,
      everyone: 0,
      names: [],
      ids: [],
      isMe: false,
      isThere: false,
      round: true,
      pending: 0,
      left: true,
    });
    expect(registry().opened.size).to.equal(0);
  });

  it("[V12] outside a provider say in one sentence what is missing", () => {
    expect(() => renderToString(createElement(Everything))).to.throw(
      "holdfast/react: this hook needs an <EventProvider> around it",
    );
  });
});

/** Compiled, and never rendered: the author's own fields are typed without a cast. */
export function Typed(): ReactElement {
  const score: number | undefined = typed.useMe()?.own.score;
  const tags: readonly string[] | undefined = typed.useParticipant("d")?.own.tags;
  const question: string | undefined = typed.useEventState((state) => state.round.question);
  const round = typed.useEventState((state) => state.round);
  const no: number | undefined = round?.no;
  const teams: { readonly [team: string]: number } | undefined = typed.useEventState(({ teams: all }) => all);
  const best: number = typed.useRoster((roster) =>
    Math.max(...[...roster.values()].map(({ own }) => own.score)),
  );
  // @ts-expect-error -- there is no such field
  typed.useEventState((state) => state.missing);
  // @ts-expect-error -- what is selected never changes
  if (round !== undefined) round.no = 1;
  return createElement(Fragment, null, score, tags, question, no, JSON.stringify(teams), best);
}
