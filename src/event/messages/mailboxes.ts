// What participants are told by their room, kept beside their seats until they have handled it: stored first, then sent, in
// order, again over every connection until there is a receipt for it. Owns the event's mailboxes and their entries in the
// store; the rule itself is seats/mailbox. Never makes a patch, and never decides whose a seat is.
import type { ConnectedClient, Connection } from "../../connections/connection.ts";
import type { MailListener } from "../../connections/connections.ts";
import { isJson, type Json } from "../../protocol/json.ts";
import { parseToldAck } from "../../protocol/incoming/requests.ts";
import { type Told, type ToldPosition, toldType } from "../../protocol/session.ts";
import { Mailbox, mailboxLimits, type ToldMessage } from "../../seats/mailbox.ts";
import type { Roster } from "../../seats/roster.ts";
import type { HeldSeat } from "../../seats/seat.ts";
import type { StoredMail, StoreCondition } from "../announcer.ts";
import type { EventEntries } from "../stored/entries.ts";
import type { HeldEffects, Speakers } from "../ports.ts";

const longestType = 128;
/** One message, as JSON: a client reads it as one frame. */
const messageBytes = 16 * 1024;
/** All of an event's mailboxes: they are kept in memory, too, and written as one when everything is. */
const eventBytes = 8 * 1024 * 1024;

/** A participant, or all of an event together, have so much waiting that nothing more is taken; nothing was told. */
export class MailboxFullError extends RangeError {
  /** Whom it was for. */
  readonly deviceId: string;

  constructor(deviceId: string, sentence: string) {
    super(sentence);
    this.name = "MailboxFullError";
    this.deviceId = deviceId;
  }
}

/** A seat's. */
interface Box {
  readonly deviceId: string;
  readonly joinedAt: number;
  readonly mailbox: Mailbox;
  /** The entry of a number whose message is handled: it only says how far the numbers are. */
  mark: string | undefined;
  /** The last number that is stored: it may be sent behind the next patch. */
  stored: number;
}

export class Mailboxes implements StoredMail, MailListener {
  readonly #event: Speakers;
  readonly #roster: Pick<Roster, "get">;
  readonly #entries: EventEntries;
  readonly #store: StoreCondition;
  readonly #effects: HeldEffects;
  readonly #boxes = new Map<string, Box>();
  /** Something of these has been stored, and is sent behind the next patch. */
  readonly #due = new Set<Box>();
  /** Numbers begin after it. */
  #firstNumber = 0;
  #isClosed = false;
  #bytes = 0;

  constructor(
    event: Speakers,
    roster: Pick<Roster, "get">,
    entries: EventEntries,
    store: StoreCondition,
    effects: HeldEffects,
  ) {
    this.#event = event;
    this.#roster = roster;
    this.#entries = entries;
    this.#store = store;
    this.#effects = effects;
  }

  /**
   * See Participants.tell. In a handler it is done when that has returned, and not at all when it throws.
   * @param announcementId of what is announced to all as well: who has had that handles nothing
   * @throws TypeError, RangeError, MailboxFullError
   */
  tell(deviceId: string, type: string, payload?: Json, announcementId?: string): boolean {
    mustBeTellable(type, payload);
    const seat = this.#roster.get(deviceId);
    if (seat === undefined || this.#isClosed) return false;
    const message = { joined_at: seat.joinedAt, type, payload, announcement_id: announcementId };
    const text = JSON.stringify(message);
    const bytes = Buffer.byteLength(text);
    if (bytes > messageBytes)
      throw new RangeError(`tell("${type}"): one message has at most ${messageBytes} bytes as JSON`);
    const box = this.#boxOf(seat);
    this.#reserve(box, bytes);
    this.#effects.run(
      () => this.#add(box, text, bytes),
      () => this.#release(box, bytes),
    );
    return true;
  }

  #reserve({ deviceId, mailbox }: Box, bytes: number): void {
    if (this.#bytes + bytes > eventBytes)
      throw new MailboxFullError(deviceId, `tell: more than ${eventBytes} bytes wait in this event`);
    if (!mailbox.reserve(bytes)) {
      const { messages, bytes: most } = mailboxLimits;
      const limits = `${messages} messages or ${most} bytes`;
      throw new MailboxFullError(deviceId, `tell: ${limits} wait for this participant already`);
    }
    this.#bytes += bytes;
  }

  #release(box: Box, bytes: number): void {
    if (this.#isOver(box)) return;
    box.mailbox.release(bytes);
    this.#bytes -= bytes;
  }

  #add(box: Box, text: string, bytes: number): void {
    if (this.#isOver(box) || this.#isClosed) return; // the handler has removed the participant, too
    const { mailbox, deviceId } = box;
    const { no } = mailbox.add(text, bytes);
    this.#entries.put(keyOf(no, deviceId), text, () => this.#stored(box, no));
    this.#dropMark(box);
  }

  #dropMark(box: Box): void {
    if (box.mark !== undefined) this.#entries.drop(box.mark);
    box.mark = undefined;
  }

  #isOver(box: Box): boolean {
    return this.#boxes.get(box.deviceId) !== box;
  }

  #boxOf({ deviceId, joinedAt }: HeldSeat): Box {
    const known = this.#boxes.get(deviceId);
    if (known !== undefined) return known;
    const mailbox = new Mailbox(this.#firstNumber);
    const box = { deviceId, joinedAt, mailbox, mark: undefined, stored: 0 };
    this.#boxes.set(deviceId, box);
    return box;
  }

  /** Nobody has the seat any more, and nobody is told what was in its mailbox. */
  seatLeft(deviceId: string): void {
    const box = this.#boxes.get(deviceId);
    if (box === undefined) return;
    this.#boxes.delete(deviceId);
    this.#due.delete(box);
    this.#bytes -= box.mailbox.bytes;
    for (const { no } of box.mailbox.waiting()) this.#entries.drop(keyOf(no, deviceId));
    this.#dropMark(box);
  }

  /**
   * Takes over what was stored. A store may have gone back (a power loss, a backup): a client may have handled messages that
   * nobody knows of any more. So new numbers begin with the epoch, an instant that is higher than any before it.
   */
  restore(epoch: number): void {
    this.#firstNumber = epoch;
    const stored = new Map<string, ToldMessage[]>();
    for (const [key, text] of this.#entries.all()) {
      const [, no, deviceId] = keyPattern.exec(key) ?? [];
      if (deviceId === undefined) continue;
      const messages = stored.get(deviceId) ?? [];
      stored.set(deviceId, messages);
      messages.push({ no: Number(no), text, bytes: Buffer.byteLength(text) });
    }
    for (const [deviceId, messages] of stored) this.#restore(deviceId, messages);
  }

  /** Version 0.1.0 knows no mailboxes: of a seat that was given up while it had the event there may be something left. */
  #restore(deviceId: string, messages: readonly ToldMessage[]): void {
    const joinedAt = this.#roster.get(deviceId)?.joinedAt;
    const waiting: ToldMessage[] = [];
    let last = this.#firstNumber;
    for (const message of messages) {
      const { no, text } = message;
      if (text !== "" && keptIn(text).joined_at === joinedAt) waiting.push(message);
      else this.#entries.drop(keyOf(no, deviceId));
      last = Math.max(last, no);
    }
    if (joinedAt === undefined) return;
    const mailbox = new Mailbox(
      last,
      waiting.toSorted((a, b) => a.no - b.no),
    );
    const box: Box = { deviceId, joinedAt, mailbox, mark: undefined, stored: 0 };
    this.#boxes.set(deviceId, box);
    this.#bytes += mailbox.bytes;
    if (waiting.length < messages.length) this.#keepNumber(box);
  }

  /** No number comes again, and only what is stored knows the last one after a restart. */
  #keepNumber(box: Box): void {
    const key = keyOf(box.mailbox.last, box.deviceId);
    this.#entries.put(key, "");
    box.mark = key;
  }

  // --- sending ---

  #stored(box: Box, no: number): void {
    if (this.#isOver(box)) return;
    box.stored = no;
    this.#due.add(box);
  }

  get isDue(): boolean {
    return this.#due.size > 0;
  }

  close(): void {
    this.#isClosed = true;
  }

  deliver(): void {
    if (this.#due.size === 0 || this.#store.state === "suspended") return;
    const due = [...this.#due];
    this.#due.clear();
    for (const box of due) {
      box.mailbox.released(box.stored); // not before: a receipt may come between the commit and its patch
      this.#sendPortion(box);
    }
  }

  /** What its client may be sent now. While nothing may be announced it waits for the next patch after that. */
  #sendPortion(box: Box): void {
    const client = this.#isClosed ? undefined : this.#event.clientOf(box.deviceId);
    const connection = client?.connection;
    if (client === undefined || connection?.isAcknowledged !== true || connection.receipt === "unknown")
      return;
    if (this.#store.state === "suspended") return void this.#due.add(box);
    const portion = box.mailbox.portionFor(connection.id);
    for (const message of portion) client.send(toldType, toldOf(message));
    const last = portion.at(-1)?.no;
    if (last !== undefined && connection.receipt === "pong") connection.askForReceipt(last);
  }

  // --- what comes back ---

  arrived({ deviceId, receipt }: Connection): void {
    if (deviceId !== null && receipt !== "unknown") this.#sendTo(deviceId);
  }

  /** A client has said where it is; with `told` it is one that acknowledges. */
  resumed(client: ConnectedClient, told: ToldPosition | undefined): void {
    const [seat, { connection }] = [this.#event.seatOf(client), client];
    if (seat === undefined || connection === undefined) return; // it asks again
    connection.receipt = told === undefined ? "pong" : "acknowledgement";
    if (told?.joined_at === seat.joinedAt) this.#handled(seat.deviceId, told.through);
    this.#sendTo(seat.deviceId);
  }

  /** A client says how far it is. What cannot be read is ignored: another acknowledgement follows it. */
  acknowledged(client: ConnectedClient, ack: unknown): void {
    const parsed = parseToldAck(ack);
    const seat = this.#event.seatOf(client);
    if (seat === undefined || "error" in parsed) return;
    this.#handled(seat.deviceId, parsed.value.through);
    this.#sendTo(seat.deviceId);
  }

  received({ client, receipt }: Connection, no: number): void {
    const seat = receipt === "pong" ? this.#event.seatOf(client) : undefined;
    if (seat === undefined) return;
    this.#handled(seat.deviceId, no);
    this.#sendTo(seat.deviceId);
  }

  #sendTo(deviceId: string): void {
    const box = this.#boxes.get(deviceId);
    if (box !== undefined) this.#sendPortion(box);
  }

  /** Forgets what is handled. The last number stays in the store, so that none comes again after a restart. */
  #handled(deviceId: string, through: number): void {
    const box = this.#boxes.get(deviceId);
    if (box === undefined) return;
    for (const { no, bytes } of box.mailbox.handled(through)) {
      this.#bytes -= bytes;
      if (no < box.mailbox.last) this.#entries.drop(keyOf(no, deviceId));
      else this.#keepNumber(box);
    }
  }
}

/** The device comes last: its id may hold anything. */
const keyPattern = /^tell\/(\d+)\/(.*)$/s;
const keyOf = (no: number, deviceId: string): string => `tell/${no}/${deviceId}`;

/** As an entry keeps it: an empty one only says how far the numbers are. */
type KeptMessage = Omit<Told, "no">;
const keptIn = (text: string): KeptMessage => JSON.parse(text) as KeptMessage;

function toldOf({ no, text }: ToldMessage): Told {
  return { no, ...keptIn(text) };
}

/** @throws TypeError for what is not JSON, RangeError for a type that is none */
function mustBeTellable(type: string, payload: Json | undefined): void {
  if (typeof type !== "string" || type.length === 0 || type.length > longestType)
    throw new RangeError(`tell: a type has 1 to ${longestType} characters`);
  if (payload !== undefined && !isJson(payload))
    throw new TypeError(`tell("${type}"): its payload is not JSON`);
}
