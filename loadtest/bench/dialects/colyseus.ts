// A stock Colyseus client, as far as its wire goes: matchmaking, JOIN_ROOM and its acknowledgement, the first state,
// messages recognised by their names. Speaks to Holdfast and to the plain room alike. Decodes no state.
import { type Crowd, type Kind, kinds, type Participant } from "../running/crowd.ts";
import { clientFrame, opcodes } from "../wire/frames.ts";
import { Matchmaker } from "../wire/matchmaking.ts";
import { closed, type Dialect, newsText, obeyingHints, openLink, type Recognise } from "./dialect.ts";

export const protocol = {
  joinRoom: 10,
  leaveRoom: 12,
  roomData: 13,
  roomState: 14,
  roomStatePatch: 15,
} as const;
/** The first byte of a MessagePack string with a length byte; shorter ones have their length in it. */
const string8 = 0xd9;

/** A message of a type of at most 31 characters; `payload` is MessagePack. */
export function message(type: string, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.from([protocol.roomData, 0xa0 | type.length]);
  return clientFrame(opcodes.binary, Buffer.concat([head, Buffer.from(type), payload]));
}

export const acknowledgeFrame = clientFrame(opcodes.binary, Buffer.from([protocol.joinRoom]));
const leaveFrame = clientFrame(opcodes.binary, Buffer.from([protocol.leaveRoom]));
const beatFrame = message("heartbeat");
const newsFrame = message(
  "news",
  Buffer.concat([Buffer.from([string8, newsText.length]), Buffer.from(newsText)]),
);

/** `participant_joined`, `_temporarily_disconnected`, `_reconnected`, `_left`: told apart by the word's first letter. */
const kindByLetter = new Map<number | undefined, Kind>([
  ["j".charCodeAt(0), kinds.joined],
  ["t".charCodeAt(0), kinds.away],
  ["r".charCodeAt(0), kinds.back],
  ["l".charCodeAt(0), kinds.left],
]);
const letterAt = "participant_".length;
const [p, n, h] = ["p", "n", "h"].map((letter) => letter.charCodeAt(0)) as [number, number, number];

/** Of which kind a ROOM_DATA message is; undefined for what is not counted. */
export function kindOf(bytes: Buffer, at: number): Kind | undefined {
  const nameAt = at + (bytes[at + 1] === string8 ? 3 : 2);
  const first = bytes[nameAt];
  if (first === p) return kindByLetter.get(bytes[nameAt + letterAt]);
  if (first === n) return kinds.news;
  return first === h ? kinds.ack : undefined;
}

export function recognise(participant: Participant, bytes: Buffer, at: number): void {
  const code = bytes[at];
  if (code === protocol.roomData) {
    const kind = kindOf(bytes, at);
    if (kind === undefined) return;
    participant.hear(kind);
    if (kind === kinds.ack) participant.settle?.();
  } else if (code === protocol.roomState) participant.settle?.();
  else if (code === protocol.joinRoom) {
    participant.token = tokenOf(bytes, at);
    participant.link?.send(acknowledgeFrame);
  }
}

/** The reconnection token of a JOIN_ROOM frame. */
export function tokenOf(bytes: Buffer, at: number): string {
  const tokenAt = at + 2;
  return bytes.toString("latin1", tokenAt, tokenAt + (bytes[at + 1] as number));
}

export const colyseusDialect = (port: number, crowd: Crowd): Dialect => dialectOf(port, crowd, recognise);

/** A client of Colyseus's wire that makes of the frames what `recognise` does. */
export function dialectOf(port: number, crowd: Crowd, recognise: Recognise): Dialect {
  const matchmaker = new Matchmaker(port);
  const open = (participant: Participant, path: string) =>
    openLink(participant, port, path, crowd, recognise);
  return {
    join: (participant) =>
      obeyingHints(async () => {
        const { eventId: event_id, deviceId: device_id } = participant;
        const session_token = `session token of ${device_id}`;
        const found = await matchmaker.join({ event_id, device_id, session_token });
        participant.path = `/${found.processId}/${found.roomId}?sessionId=${found.sessionId}`;
        await open(participant, participant.path);
      }),
    comeBack: (participant) =>
      obeyingHints(() =>
        open(participant, `${participant.path}&reconnectionToken=${participant.token}&skipHandshake=1`),
      ),
    beat: (participant) => participant.until(() => participant.link?.send(beatFrame)),
    tellAll: (participant) => participant.link?.send(newsFrame),
    leave: (participant) => closed(participant, () => participant.link?.send(leaveFrame)),
    close: () => matchmaker.close(),
  };
}
