// A page in a process of its own, so that it can be killed like an app: our client, with a storage of files.
// Spoken to over IPC: { publishTo: n } publishes the numbers up to n; it says what it has published and what is pending.
import { joinEvent } from "../../../src/client/index.ts";
import { fileStorage } from "../../clients/fakes/file-storage.ts";

export interface PageReport {
  readonly published: number;
  readonly pending: number;
  readonly status: string;
  /** Publishes that failed, and why. */
  readonly failures: readonly string[];
}

const { url, eventId, deviceId, sessionToken, folder, published } = JSON.parse(process.argv[2] as string);

const times = { silenceTimeoutMs: 1500, attemptTimeoutMs: 1500 };
const storage = fileStorage(folder);
const session = joinEvent({ url, eventId, deviceId, sessionToken, storage, ...times });
const failures: string[] = [];
let last: number = published;

process.on("message", ({ publishTo }: { publishTo: number }) => {
  while (last < publishTo) {
    last += 1;
    const number = last;
    session.publish("number", number).catch((error: Error) => failures.push(`${number}: ${error.message}`));
  }
  report();
});
function report(): void {
  const { status, pendingPublishes: pending } = session;
  process.send?.({ published: last, pending, status, failures } satisfies PageReport);
}
setInterval(report, 20);
process.on("disconnect", () => process.exit(0));
