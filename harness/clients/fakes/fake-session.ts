// A session on a fake environment and a fake server, and everything it announced to its application.
import { Session } from "../../../src/client/session/session.ts";
import type { JoinEventOptions, SessionEvents } from "../../../src/client/types/index.ts";
import { FakeBrowser, FakeEnvironment } from "./fake-environment.ts";
import { FakeServer } from "./fake-server.ts";

export interface Rig {
  readonly environment: FakeEnvironment;
  readonly server: FakeServer;
  readonly session: Session;
  /** Every event, as `type detail`. */
  readonly announced: string[];
}

const types: readonly (keyof SessionEvents)[] = [
  "status",
  "outage",
  "returned",
  "roster",
  "participant_joined",
  "participant_temporarily_disconnected",
  "participant_reconnected",
  "participant_left",
  "presence_gap",
  "outbox",
];

export function rigged(
  options: Partial<JoinEventOptions> = {},
  prepare: (server: FakeServer, environment: FakeEnvironment) => void = () => {},
  environment = new FakeEnvironment(new FakeBrowser()),
): Rig {
  const server = new FakeServer(environment.now);
  prepare(server, environment);
  const announced: string[] = [];
  const session = new Session(
    {
      url: "http://a.server",
      eventId: "e",
      deviceId: "me",
      sessionToken: "t",
      storage: environment.browser.storage,
      ...options,
    },
    environment,
    server,
  );
  for (const type of types) session.on(type, (event) => announced.push(textOf(type, event)));
  return { environment, server, session, announced };
}

function textOf(type: keyof SessionEvents, event: SessionEvents[keyof SessionEvents]): string {
  const { status, endReason, reason, path, device_id, pending } = event as unknown as Record<string, unknown>;
  const details = [status, endReason, reason, path, device_id, pending].filter(
    (detail) => detail !== undefined,
  );
  return [type, ...details].join(" ");
}

/** A connected session. */
export async function connected(...args: Parameters<typeof rigged>): Promise<Rig> {
  const rig = rigged(...args);
  await rig.environment.advance(10);
  if (rig.session.status !== "connected") throw new Error(`not connected but ${rig.session.status}`);
  rig.announced.length = 0;
  return rig;
}

/** What was announced, without the repeated status of a reconnect loop. */
export const story = (announced: readonly string[]): string[] =>
  announced.filter(
    (text, index) =>
      text !== announced[index - 1] &&
      !(
        text === "status reconnecting" &&
        announced.slice(0, index).findLast((before) => before.startsWith("status")) === text
      ),
  );
