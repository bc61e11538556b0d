// What of `src` ran between two moments, by V8's precise coverage of this process.
import { Session, type Profiler } from "node:inspector";
import { Socket } from "node:net";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";

export interface Ran {
  /** The function and where it stands: the same in every round. */
  readonly key: string;
  readonly file: string;
  /** As V8 has it: empty for a closure that has no name of its own. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly calls: number;
}

const session = new Session();

/** Before anything of `src` is loaded: functions that were compiled before are not counted. */
export function startCounting(): void {
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
}

/** What has run since the last call, and begins anew. Done when it returns: the session is this thread's own. */
function take(): Profiler.ScriptCoverage[] {
  let scripts: Profiler.ScriptCoverage[] = [];
  session.post("Profiler.takePreciseCoverage", (error, { result }) => {
    if (error !== null) throw error;
    scripts = result;
  });
  return scripts;
}

const root = process.cwd();

function ranIn({ url, functions }: Profiler.ScriptCoverage): Ran[] {
  if (!url.startsWith("file:")) return [];
  const file = relative(root, fileURLToPath(url));
  if (!file.startsWith("src/")) return [];
  return functions.flatMap(({ functionName: name, ranges: [whole] }) => {
    if (whole === undefined || whole.count === 0) return [];
    const { startOffset: start, endOffset: end, count: calls } = whole;
    if (start === 0) return []; // the file itself, as it is loaded
    return [{ key: `${file}:${start}`, file, name, start, end, calls }];
  });
}

export interface Window {
  /** Resolves with what ran, once the end has come. */
  readonly ran: Promise<readonly Ran[]>;
  /** Ends it here. */
  end(): void;
}

/**
 * From now until every one of these texts has been given to a socket, in whichever frames: names of messages and values
 * of fields travel as they are. Without texts, until it is ended.
 */
export function openWindow(texts: readonly string[]): Window {
  const missing = new Set(texts);
  const { promise: ran, resolve } = Promise.withResolvers<readonly Ran[]>();
  const close = () => {
    Reflect.deleteProperty(Socket.prototype, "write");
    resolve(take().flatMap(ranIn));
  };
  const write: unknown = Reflect.get(Socket.prototype, "write");
  Reflect.set(Socket.prototype, "write", function spied(this: Socket, ...given: unknown[]) {
    const [data] = given;
    const bytes = typeof data === "string" ? data : Buffer.from(data as Uint8Array);
    for (const text of missing) if (bytes.includes(text)) missing.delete(text);
    const result = Reflect.apply(write as Socket["write"], this, given) as boolean;
    if (texts.length > 0 && missing.size === 0) close();
    return result;
  });
  take();
  return { ran, end: close };
}
