// The React page of tests: an event with everything that the hooks show, and how often each part has been rendered. Bundled for a
// browser by harness/react/bundles, with whichever React the test brings. Loaded twice it is a hot reload of itself.
import {
  createElement as h,
  Fragment,
  memo,
  type ReactElement,
  StrictMode,
  useEffect,
  useState,
} from "react";
import { createRoot, hydrateRoot, type Root } from "react-dom/client";
import { joinEvent, type JoinEventOptions } from "../../src/client/index.ts";
import { createEventHooks } from "../../src/react/index.ts";
import type { quiz } from "./quiz-state.ts";

export const {
  EventProvider,
  useAnnouncement,
  useEvent,
  useEventState,
  useMe,
  useMessage,
  useParticipant,
  useParticipantIds,
  usePendingPublishes,
  usePublish,
  useRoster,
  useServerCountdown,
  useSessionEvent,
  useTold,
} = createEventHooks<typeof quiz>();

type Session = NonNullable<ReturnType<typeof useEvent>["session"]>;

/** What tests read and call, as `window.lab`. */
interface Lab {
  /** How often each part has been rendered, by its name. */
  readonly renders: Record<string, number>;
  /** What handlers were given. */
  readonly heard: string[];
  /** How publishes ended. */
  readonly published: string[];
  session: Session | undefined;
  publish(points: number): void;
}

const lab: Lab = ((globalThis as { lab?: Lab }).lab ??= {
  renders: {},
  heard: [],
  published: [],
  session: undefined,
  publish: () => {},
});

function count(part: string): void {
  lab.renders[part] = (lab.renders[part] ?? 0) + 1;
}

const field = (name: string, value: unknown): ReactElement =>
  h("p", { "data-testid": name, key: name }, String(value));

const Row = memo(function Row({ id }: { readonly id: string }) {
  count(`row ${id}`);
  const participant = useParticipant(id);
  return h(
    "li",
    { id: `row-${id}` },
    `${participant?.displayName} ${participant?.status} ${participant?.own.score}`,
  );
});

function List(): ReactElement {
  count("list");
  return h(
    "ul",
    null,
    useParticipantIds().map((id) => h(Row, { id, key: id })),
  );
}

function Status(): ReactElement {
  count("status");
  const { show, status, endReason, retry, outage, session } = useEvent();
  const leftMs = useServerCountdown(outage?.seatUntil);
  useEffect(() => {
    lab.session = session;
  }, [session]);
  return h(
    Fragment,
    null,
    field("show", show),
    field("status", status),
    field("end", endReason),
    field("left", leftMs),
    retry === undefined ? null : h("button", { onClick: retry }, "Try again"),
  );
}

function Mine(): ReactElement {
  count("me");
  const me = useMe();
  const pending = usePendingPublishes();
  const publish = usePublish();
  useEffect(() => {
    lab.publish = (points) =>
      void publish("point", points).then(
        () => lab.published.push("fulfilled"),
        (error: { reason?: string }) => lab.published.push(String(error.reason)),
      );
  }, [publish]);
  return h(Fragment, null, field("me", `${me?.displayName} ${me?.own.score}`), field("pending", pending));
}

function Round(): ReactElement {
  count("round");
  const round = useEventState((state) => state.round);
  return field("round", round === undefined ? "none" : `${round.no} ${round.question}`);
}

function Counts(): ReactElement {
  count("counts");
  const { away, all } = useRoster((roster) => ({
    away: [...roster.values()].filter(({ status }) => status !== "connected").length,
    all: roster.size,
  }));
  return field("counts", `${away} of ${all} away`);
}

function Handlers(): null {
  useTold<string>("card", (card) => lab.heard.push(`told ${card}`));
  useAnnouncement<string>("news", (text) => lab.heard.push(`news ${text}`));
  useMessage<string>("word", (text) => lab.heard.push(`word ${text}`));
  useSessionEvent("participant_left", ({ device_id, reason }) =>
    lab.heard.push(`left ${device_id} ${reason}`),
  );
  return null;
}

export const scene = (): ReactElement =>
  h(Fragment, null, h(Status), h(Mine), h(Round), h(Counts), h(Handlers), h(List));

export interface LabOptions extends JoinEventOptions {
  readonly isStrict?: boolean;
  /** Mounted beside each other. */
  readonly providers?: number;
}

function provider({ isStrict: _, providers: count = 1, ...options }: LabOptions): ReactElement {
  const each = Array.from({ length: count }, (_each, key) => h(EventProvider, { ...options, key }, scene()));
  return h(Fragment, null, ...each);
}

/** Also what a server would render. */
export const element = (options: LabOptions): ReactElement =>
  options.isStrict === true ? h(StrictMode, null, provider(options)) : provider(options);

/** A component of the page's own that mounts the event anew when `again()` is called. */
function Toggled(options: LabOptions): ReactElement {
  const [generation, setGeneration] = useState(0);
  page.again = () => setGeneration(generation + 1);
  return h(Fragment, { key: generation }, provider(options));
}

/** The page's one root, whichever copy of this module has made it. */
const page = globalThis as { labRoot?: Root | undefined; again?: () => void };
const container = (): Element => document.querySelector("#root") as Element;

/** Renders, the first time or again. */
export function mount(options: LabOptions): void {
  (page.labRoot ??= createRoot(container())).render(element(options));
}

export function mountToggled(options: LabOptions): void {
  (page.labRoot ??= createRoot(container())).render(h(Toggled, options));
}

/** A session of the page's own in place of the options. */
export function mountOwn(options: LabOptions): void {
  const session = joinEvent<typeof quiz>(options);
  const isolated = h(StrictMode, null, h(EventProvider, { session }, scene()));
  (page.labRoot ??= createRoot(container())).render(isolated);
}

/** Takes over what a server has rendered. */
export function hydrate(options: LabOptions): void {
  page.labRoot = hydrateRoot(container(), element(options));
}

export function unmount(): void {
  page.labRoot?.unmount();
  page.labRoot = undefined;
}

/**
 * Without React: sessions that are closed and begun again at once, `times` in a row; then two at once.
 * @returns how all of them ended, the last two left out; how those two stand; and how many locks of the page are held in the end
 */
export async function closeAndJoin(options: JoinEventOptions, times: number) {
  const closed = Array.from({ length: times }, () => {
    const session = joinEvent(options);
    session.close();
    return session;
  });
  const [older, newer] = [joinEvent(options), joinEvent(options)];
  await newer.joined();
  const ends = new Set(closed.map(({ state }) => state.endReason));
  const stand = [older.state.endReason, newer.status];
  newer.close();
  await navigator.locks.request("another", () => {}); // a released one is given back by then
  const { held = [] } = await navigator.locks.query();
  return { ends: [...ends], stand, locks: held.length };
}
