// One published message: whether it may wait at all, how large it is, and how many fit into a frame. Pure.
import { isJson } from "../../protocol/json.ts";
import { maxFrameBytes, outboxPublishType } from "../../protocol/session.ts";
import { frameBytes } from "../connection/sdk/frame-size.ts";
import type { Json, PublishFailure } from "../types/index.ts";
import type { StoredMessage } from "./outbox-store.ts";

const maxTypeLength = 128;

export interface Failed {
  readonly reason: PublishFailure;
  readonly sentence: string;
}

export interface Waiting extends StoredMessage {
  readonly bytes: number;
}

/** As it waits in the outbox `stream`, or why it must not. What the caller changes later is not published. */
export function waitingOf(type: string, payload: Json | undefined, stream: string): Waiting | Failed {
  if (payload !== undefined && !isJson(payload))
    return { reason: "not_json", sentence: "The payload is not JSON." };
  if (type.length === 0 || type.length > maxTypeLength)
    return { reason: "too_large", sentence: `A type has 1 to ${maxTypeLength} characters.` };
  const text = JSON.stringify(payload === undefined ? { type } : { type, payload });
  const message = JSON.parse(text) as StoredMessage;
  if (bytesOf([message], stream) > maxFrameBytes)
    return { reason: "too_large", sentence: `A message must fit into ${maxFrameBytes} bytes.` };
  return measured(message);
}

export function measured(message: StoredMessage): Waiting {
  return { ...message, bytes: frameBytes(message.type, message.payload ?? null) + 16 };
}

/** As it is stored and sent. */
export function storedOf({ bytes: _, ...message }: Waiting): StoredMessage {
  return message;
}

/** As many of the first as fit into a frame; one at least. */
export function fitting(candidates: readonly Waiting[], stream: string): StoredMessage[] {
  const messages: StoredMessage[] = [];
  let bytes = bytesOf([], stream);
  for (const candidate of candidates) {
    bytes += candidate.bytes;
    if (messages.length > 0 && bytes > maxFrameBytes) break;
    messages.push(storedOf(candidate));
  }
  while (messages.length > 1 && bytesOf(messages, stream) > maxFrameBytes) messages.pop();
  return messages;
}

/** With the longest number there is, so that a message never becomes too large by waiting. */
function bytesOf(messages: StoredMessage[], stream: string): number {
  return frameBytes(outboxPublishType, { stream, first: Number.MAX_SAFE_INTEGER, messages });
}
