// A Socket.IO 4 client, as far as its wire goes (Engine.IO 4 over WebSocket, no polling): connect, join with an
// acknowledgement that brings the roster, connection state recovery by session and offset. Parses only what it must.
import { type Crowd, type Kind, kinds, type Participant } from "../running/crowd.ts";
import { clientFrame, opcodes } from "../wire/frames.ts";
import { closed, type Dialect, newsText, openLink } from "./dialect.ts";

const text = (packet: string) => clientFrame(opcodes.text, packet);
const pongFrame = text("3");
const beatFrame = text('421["heartbeat"]');
const newsFrame = text(`42["news",{"text":"${newsText}"}]`);
const leaveFrame = text("41");
const closeFrame = clientFrame(opcodes.close, Buffer.alloc(0));

const [open, ping, messageType] = ["0", "2", "4"].map((digit) => digit.charCodeAt(0)) as [
  number,
  number,
  number,
];
const [connect, event, ack, refusal] = ["0", "2", "3", "4"].map((digit) => digit.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
];
const kindByLetter = new Map<number | undefined, Kind>([
  ["j".charCodeAt(0), kinds.joined],
  ["t".charCodeAt(0), kinds.away],
  ["r".charCodeAt(0), kinds.back],
  ["l".charCodeAt(0), kinds.left],
]);
const nameAt = '42["'.length;
const letterAt = nameAt + "participant_".length;
const beatAckAt = "43".length;
const one = "1".charCodeAt(0);

/** Of which kind an event packet (`42["name",...]`) is. */
export function kindOf(bytes: Buffer, at: number): Kind | undefined {
  if (bytes[at + nameAt] === "n".charCodeAt(0)) return kinds.news;
  return kindByLetter.get(bytes[at + letterAt]);
}

/** The last string of an event packet: where a client that recovers has been told everything up to. */
export function offsetOf(packet: string): string {
  return /"([^"]+)"\]$/.exec(packet)?.[1] ?? "";
}

function recognise(participant: Participant, bytes: Buffer, at: number, seen: number): void {
  const type = bytes[at];
  if (type === messageType && bytes[at + 1] === event) {
    const kind = kindOf(bytes, at);
    if (kind === undefined) return;
    if (kind === kinds.news) participant.offset = offsetOf(bytes.toString("utf8", at, at + seen));
    participant.hear(kind);
  } else if (type === messageType && bytes[at + 1] === ack) {
    if (bytes[at + beatAckAt] === one) participant.hear(kinds.ack);
    participant.settle?.();
  } else if (type === messageType && bytes[at + 1] === connect)
    connected(participant, bytes, at + 2, seen - 2);
  else if (type === messageType && bytes[at + 1] === refusal)
    participant.settle?.(new Error(bytes.toString("utf8", at, at + seen)));
  else if (type === ping) participant.link?.send(pongFrame);
  else if (type === open) {
    const session = participant.token === "" ? {} : { pid: participant.token, offset: participant.offset };
    participant.link?.send(text(`40${JSON.stringify(session)}`));
  }
}

function connected(participant: Participant, bytes: Buffer, at: number, size: number): void {
  const { pid } = JSON.parse(bytes.toString("utf8", at, at + size)) as { pid: string };
  const { token, eventId: event_id, deviceId: device_id } = participant;
  participant.token = pid;
  if (token === pid) participant.settle?.();
  else if (token !== "") participant.settle?.(new Error("the session was not recovered"));
  else participant.link?.send(text(`420${JSON.stringify(["join", { event_id, device_id }])}`));
}

export function socketIoDialect(port: number, crowd: Crowd): Dialect {
  const enter = (participant: Participant) =>
    openLink(participant, port, "/socket.io/?EIO=4&transport=websocket", crowd, recognise);
  return {
    join: (participant) => {
      participant.token = "";
      return enter(participant);
    },
    comeBack: enter,
    beat: (participant) => participant.until(() => participant.link?.send(beatFrame)),
    tellAll: (participant) => participant.link?.send(newsFrame),
    leave: (participant) =>
      closed(participant, () => {
        participant.link?.send(leaveFrame);
        participant.link?.send(closeFrame);
      }),
    close: () => {},
  };
}
