// What every server is asked to do, in its own protocol. A dialect speaks and recognises; it measures nothing.
import type { Crowd, Participant } from "../running/crowd.ts";
import { Link } from "../wire/link.ts";
import { Refused } from "../wire/matchmaking.ts";

export interface Dialect {
  /** Takes a seat. Resolves with the first full state (or roster). */
  join(participant: Participant): Promise<void>;
  /** Comes back to the same seat with what the server gave for that. Resolves with the state, or what was missed. */
  comeBack(participant: Participant): Promise<void>;
  /** One heartbeat. Resolves with its acknowledgement. */
  beat(participant: Participant): Promise<void>;
  /** Has the server tell everyone in the event something. */
  tellAll(participant: Participant): void;
  /** Leaves for good. Resolves when the server has closed the socket. */
  leave(participant: Participant): Promise<void>;
  close(): void;
}

/** What is told to everyone in a broadcast. */
export const newsText =
  "The doors open in five minutes; please have your ticket at hand when you come to them. #";

/** Recognises a data frame; see FrameReader for how much of it can be seen. */
export type Recognise = (
  participant: Participant,
  bytes: Buffer,
  at: number,
  seen: number,
  length: number,
) => void;

/** Opens a socket for a participant and waits until `recognise` settles it. */
export async function openLink(
  participant: Participant,
  port: number,
  path: string,
  crowd: Crowd,
  recognise: Recognise,
  onOpen: () => void = () => {},
): Promise<void> {
  await participant.until(() => {
    const link = new Link(port, path, crowd.traffic, {
      onOpen,
      onData: (bytes, at, seen, length) => recognise(participant, bytes, at, seen, length),
      onClose: (code, answer) => {
        if (participant.link !== link) return;
        participant.link = undefined;
        participant.settle?.(new Refused(answer === "" ? `closed with ${code}` : answer));
      },
    });
    participant.link = link;
  });
}

/** Waits until a participant's socket has been closed by the server, having asked for it. */
export async function closed(participant: Participant, ask: () => void): Promise<void> {
  if (participant.link === undefined) return;
  await participant.until(ask).catch((error: unknown) => {
    if (!(error instanceof Refused)) throw error; // a close is what was asked for
  });
}

const attempts = 50;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Tries again as long as the server says when to; whatever else it says is final. */
export async function obeyingHints(attempt: () => Promise<void>): Promise<void> {
  for (let k = 1; ; k++) {
    try {
      await attempt();
      return;
    } catch (error) {
      const retryMs = error instanceof Refused ? error.retryMs : undefined;
      if (retryMs === undefined || k === attempts) throw error;
      await sleep(retryMs);
    }
  }
}
