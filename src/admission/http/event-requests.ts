// Which requests and upgrades are for an event, as their addresses say. What is not goes to the server that we are in as it
// came: nothing of it is read or changed. Pure.
import { isEventRoomId } from "../../protocol/event-key.ts";
import { roomName } from "../../protocol/messages.ts";

/** A matchmaking request for an event: `/matchmake/<method>/<room>`. */
export interface EventCall {
  readonly method: string;
  /** A room's name; for `joinById` and `reconnect` a room's id. */
  readonly room: string;
}

const matchmakePath = /^\/matchmake(?:\/|$)/;
/** Method and room name in the framework's own alphabet. */
const callPath = /^\/matchmake\/([\w-]+)\/([\w-]+)$/;
/** What cannot be read as a call, on a server of events alone: it is refused. */
const noCall: EventCall = { method: "", room: "" };
/** `/<process>/<room>`, after whatever path a proxy leaves in front. */
const socketPath = /\/[\w-]+\/([\w-]+)$/;
/** A path that a URL would change nothing of. */
const plainPath = /^[\w/-]*$/;

export class EventRequests {
  /** This server has events and nothing else: everything is ours to answer. */
  readonly isAlone: boolean;
  readonly #names: ReadonlySet<string>;

  /**
   * @param names the names of the types of events
   * @param isAlone true when no other rooms and no other routes are served here
   */
  constructor(names: readonly string[], isAlone: boolean) {
    this.isAlone = isAlone;
    this.#names = new Set([roomName, ...names]);
  }

  /** The matchmaking call of a request's address; undefined when it is none, or none for an event. */
  callOf(url = "/"): EventCall | undefined {
    const path = this.isAlone ? url.split("?", 1)[0] : normalized(url);
    const [, method, room] = callPath.exec(path ?? "") ?? [];
    if (method === undefined || room === undefined)
      return this.isAlone && matchmakePath.test(url) ? noCall : undefined;
    return this.isAlone || this.#names.has(room) || isEventRoomId(room) ? { method, room } : undefined;
  }

  /** Whether a request for a WebSocket is for an event. */
  isSocket(url = "/"): boolean {
    return this.isAlone || isEventRoomId(roomOfSocket(url));
  }
}

/**
 * The room's id in the address of a socket, in whatever form the framework would find one (ws-transport 0.18.4, parseUrl: a
 * URL has no dots, and no backslashes); "" for the SDK's measurement of latency, and what is no address of a room.
 */
export function roomOfSocket(url: string): string {
  const queryAt = url.indexOf("?");
  const path = queryAt < 0 ? url : url.slice(0, queryAt);
  const found = socketPath.exec(path)?.[1];
  if (found !== undefined || plainPath.test(path)) return found ?? "";
  return socketPath.exec(URL.parse(`ws://server${path}`)?.pathname ?? "")?.[1] ?? "";
}

/** As the framework's router reads it: without dots, escapes and a slash at the end. */
function normalized(url: string): string | undefined {
  const path = URL.parse(url, "http://server")?.pathname.replace(/\/+$/, "");
  if (path?.includes("%") !== true) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
