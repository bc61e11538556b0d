// Pages in a process of their own, so that they can be loaded again: our client for each participant, with a storage of
// files. Each writes down what it is told, in a file, and answers it by publishing the same number, both in the handler.
// Says over IPC how far it is; "reload" ends it as a page ends, without a goodbye, between two handlers.
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { joinEvent } from "../../src/client/index.ts";
import { fileStorage } from "../clients/fakes/file-storage.ts";

export interface TellPageOptions {
  readonly url: string;
  readonly eventId: string;
  readonly devices: readonly string[];
  readonly folder: string;
}
export interface TellPageReport {
  /** The last number that each was told. */
  readonly last: readonly number[];
  readonly statuses: readonly string[];
  /** Answers that are not acknowledged. */
  readonly pending: number;
  readonly failures: readonly string[];
}

export const handledFile = (folder: string, deviceId: string): string => join(folder, `${deviceId}.told`);

if (process.argv[2] !== undefined && process.send !== undefined) {
  const { url, eventId, devices, folder } = JSON.parse(process.argv[2]) as TellPageOptions;
  const last = devices.map(() => 0);
  const failures: string[] = [];
  const sessions = devices.map((deviceId, i) => {
    const storage = fileStorage(join(folder, deviceId));
    const sessionToken = `the secret of ${deviceId}`;
    const session = joinEvent({ url, eventId, deviceId, sessionToken, storage });
    session.onTold<number>("number", (number) => {
      appendFileSync(handledFile(folder, deviceId), `${number}\n`);
      last[i] = number;
      session.publish("answer", number).catch((error: Error) => failures.push(`${number}: ${error.message}`));
    });
    session.on("status", (state) => {
      if (state.endReason !== undefined) failures.push(JSON.stringify(state));
    });
    return session;
  });
  setInterval(() => {
    const pending = sessions.reduce((sum, { pendingPublishes }) => sum + pendingPublishes, 0);
    const statuses = sessions.map(({ status }) => status);
    process.send?.({ last, statuses, pending, failures } satisfies TellPageReport);
  }, 50);
  process.on("message", () => process.exit(0));
  process.on("disconnect", () => process.exit(0));
}
