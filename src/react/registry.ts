// The sessions that providers have opened, each one for all of them; on the global object, because a hot reload loads this
// module again, and a page may hold two copies of it. Never renders anything.
import type { EventSession, JoinEventOptions } from "../client/types/index.ts";
import { joinEvent } from "../client/index.ts";

/** A session that was opened here. */
export interface Opened {
  readonly session: EventSession;
  /** As the provider that was rendered last has them. */
  options: JoinEventOptions;
  /** Providers that are mounted with it. */
  holders: number;
  closing: ReturnType<typeof setTimeout> | undefined;
}

interface Registry {
  readonly opened: Set<Opened>;
  /** React's contexts for providers' handles, by the `createContext` that made each: two copies of React do not share theirs. */
  readonly contexts: Map<unknown, unknown>;
}

const key = Symbol.for("holdfast.react");
type WithRegistry = typeof globalThis & { [key]?: Registry };

export function registry(): Registry {
  return ((globalThis as WithRegistry)[key] ??= { opened: new Set(), contexts: new Map() });
}

/** What makes two providers' sessions one participant's place in one event. */
export const identityOf = ({
  url,
  eventId,
  deviceId,
  role,
  storage,
}: JoinEventOptions): readonly unknown[] => [url, eventId, deviceId, role ?? "participant", storage];

/** The session for these options: the one that is open, or about to be closed, or else a new one. Give it back by `release`. */
export function acquire(options: JoinEventOptions): Opened {
  const wanted = identityOf(options);
  for (const opened of registry().opened) {
    const isSame = identityOf(opened.options).every((part, index) => part === wanted[index]);
    const { status } = opened.session;
    const isOver = opened.holders === 0 && (status === "left" || status === "failed");
    if (!isSame || isOver) continue;
    clearTimeout(opened.closing);
    opened.holders += 1;
    return opened;
  }
  return open(options);
}

/** One turn later nobody has it any more, or somebody has it again: a remount is no drop. */
export function release(opened: Opened): void {
  opened.holders -= 1;
  if (opened.holders > 0) return;
  clearTimeout(opened.closing);
  opened.closing = setTimeout(() => {
    registry().opened.delete(opened);
    opened.session.close();
  }, 0);
}

function open(options: JoinEventOptions): Opened {
  const { sessionToken } = options;
  /** The function of the first render would know only what was true then. */
  const latest = () => {
    const { sessionToken: token = "" } = opened.options;
    return typeof token === "function" ? token() : token;
  };
  const session = joinEvent(
    typeof sessionToken === "function" ? { ...options, sessionToken: latest } : options,
  );
  const opened: Opened = { session, options, holders: 1, closing: undefined };
  registry().opened.add(opened);
  return opened;
}
