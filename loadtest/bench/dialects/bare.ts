// The bare server's own protocol: one byte says of which kind a frame is, a number how many it tells of.
import { type Crowd, type Kind, kinds, type Participant } from "../running/crowd.ts";
import { clientFrame, opcodes } from "../wire/frames.ts";
import { closed, type Dialect, newsText, openLink } from "./dialect.ts";

/** Server to client, beside the kinds: your token (22 characters), then the roster. */
export const welcome = 7;
export const tokenLength = 22;
const countAt = 1;
export const headerLength = 5;

const frame = (kind: number, payload = "") =>
  clientFrame(opcodes.binary, Buffer.concat([Buffer.from([kind]), Buffer.from(payload)]));
const beatFrame = frame(kinds.ack);
const newsFrame = frame(kinds.news, newsText);
const leaveFrame = frame(kinds.left);

function recognise(participant: Participant, bytes: Buffer, at: number): void {
  const kind = bytes[at] as number;
  if (kind === welcome) {
    participant.token = bytes.toString("latin1", at + headerLength, at + headerLength + tokenLength);
    participant.settle?.();
    return;
  }
  participant.hear(kind as Kind, bytes.readUInt32BE(at + countAt));
  if (kind === kinds.ack) participant.settle?.();
}

export function bareDialect(port: number, crowd: Crowd): Dialect {
  const open = (participant: Participant, query: Record<string, string>) => {
    const { eventId: event, deviceId: device } = participant;
    const path = `/?${new URLSearchParams({ event, device, ...query })}`;
    return openLink(participant, port, path, crowd, recognise);
  };
  return {
    join: (participant) => open(participant, {}),
    comeBack: (participant) => open(participant, { token: participant.token }),
    beat: (participant) => participant.until(() => participant.link?.send(beatFrame)),
    tellAll: (participant) => participant.link?.send(newsFrame),
    leave: (participant) => closed(participant, () => participant.link?.send(leaveFrame)),
    close: () => {},
  };
}
