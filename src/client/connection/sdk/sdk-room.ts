// The only importer of @colyseus/sdk: its room, for one connection, and everything that we use of it and that it does
// not document, as read in sdk 0.18.4 (test/rooms/client/sdk-internals.test.ts pins each). Never retries, never keeps
// anything for the next connection, never writes to the console.
//
// Undocumented, and why:
// - Room.connect, roomId, sessionId, serializer set from outside: we ask for seats ourselves (Matchmaking)
// - Room.onJoin, joinedAtTime, onError.once, onError.invoke: whether the room has let us in; the SDK resolves nothing then
// - Room.onMessageHandlers.events: a message's type may be called "constructor"
// - Room.onMessageCallback: any byte proves life, and what cannot be decoded has to end the connection
// - Connection.events.onclose, onerror: the SDK writes to the console; it also clears the state before it reports the end
// - Connection.send: the byte that acknowledges JOIN_ROOM is replaced by one that names the state we have kept
// - Room.reconnectionToken is "<room id>:<token>"
// - SchemaSerializer.state, decoder, teardown: a state goes on over connections, or begins anew with the same classes
// - Decoder.triggerChanges: the decoder's one slot for who is told what a patch has changed; it is ours
import { Room, SchemaSerializer } from "@colyseus/sdk";
import { roomName } from "../../../protocol/messages.ts";
import { joinRoomByte } from "../../../protocol/session.ts";
import type { StateChanges } from "../../state/changes.ts";
import type { Reservation } from "../connection.ts";
import { type Failure, failureOfClose } from "../route.ts";
import { wholeState } from "./kept-state.ts";
import { tellReversals } from "./reversals.ts";

/** A state with its decoder. */
export type StateDecoder = SchemaSerializer;

/** What a room of the SDK reports. Implemented by client/connection/sdk/sdk-connection. */
export interface SdkRoomListener {
  /** A frame is there, of which `kind` is the first byte. False: it is not to be decoded. */
  frameReceived(kind: number | undefined): boolean;
  /** `changes`: since the state before; undefined for a whole state. */
  stateReceived(state: unknown, changes: StateChanges): void;
  messageReceived(type: string, payload: unknown): void;
  /** What acknowledges JOIN_ROOM in place of the SDK's one byte. */
  readonly acknowledgement: Uint8Array;
  /** A frame could not be decoded: the state cannot be trusted any more. */
  undecodable(): void;
  /** The socket is closed, and the SDK is about to clear the state. */
  socketClosed(): void;
  /** The room is over. */
  left(code: number): void;
}

/** The SDK that is loaded is not the one that this client was made for. */
export class SdkMisfitError extends Error {
  constructor(missing: string) {
    super(`holdfast/client is made for @colyseus/sdk 0.18.4, and the one that is loaded has no ${missing}.`);
    this.name = "SdkMisfitError";
  }
}

/** Looks for everything above that is there before a socket is. @throws SdkMisfitError */
export function checkSdk(): void {
  const names = ["connect", "onMessageCallback", "onMessageHandlers", "onJoin", "onError", "joinedAtTime"];
  mustHave("Room", new Room(roomName), names);
  mustHave("SchemaSerializer", SchemaSerializer.prototype, ["setState", "teardown"]);
}

function mustHave(of: string, thing: object, names: readonly string[]): void {
  const missing = names.filter((name) => !(name in thing));
  if (missing.length > 0) throw new SdkMisfitError(`${of}.${missing.join(` and ${of}.`)}`);
}

interface Closing {
  readonly code?: number;
}

export class SdkRoom extends Room {
  readonly #listener: SdkRoomListener;
  /** The code of a close before the room had let us in. */
  #closedWith: number | undefined;
  /** What the frame that is decoded now has changed in the state. */
  #changes: StateChanges;

  /** `decoder`: the state to go on from; without it the room's own begins. */
  constructor(listener: SdkRoomListener, decoder: StateDecoder | undefined) {
    super(roomName);
    this.#listener = listener;
    if (decoder !== undefined) this.stateDecoder = decoder;
    this.reconnection.enabled = false;
    this.onMessageHandlers.events = Object.create(null) as Record<string, never>;
    this.onMessage("*", (type, payload: unknown) => listener.messageReceived(String(type), payload));
    this.onStateChange((state: unknown) => listener.stateReceived(state, this.#changes));
    this.onError(() => {}); // without a listener nothing happens, and nothing should
    this.onLeave((code) => listener.left(code));
  }

  /** Connects the socket of a reserved seat. Resolves when the room has let us in, or with why not. */
  async enter(address: string, { roomId, sessionId }: Reservation): Promise<Failure | undefined> {
    this.roomId = roomId;
    this.sessionId = sessionId;
    return new Promise((resolve) => {
      this.onError.once((code, sentence = "") => {
        const isRefusal = this.#closedWith === undefined && code >= 400 && code < 600;
        if (isRefusal) resolve({ type: "refused", code, sentence });
        else resolve(failureOfClose(this.#closedWith ?? 1006, sentence));
      });
      this.onJoin.once(() => resolve(undefined));
      this.connect(address, {}, {});
    });
  }

  /** What the session returns with. */
  get token(): string {
    return this.reconnectionToken.slice(this.roomId.length + 1);
  }

  /** The state with its decoder; undefined until the room has sent what its state is made of. */
  get stateDecoder(): StateDecoder | undefined {
    const { serializer } = this as { serializer?: unknown };
    return serializer instanceof SchemaSerializer ? serializer : undefined;
  }

  set stateDecoder(decoder: StateDecoder) {
    Object.assign(this, { serializer: decoder });
  }

  override connect(endpoint: string, options?: unknown, headers?: unknown): void {
    super.connect(endpoint, options, headers);
    mustHave("Connection", this.connection, ["events", "send"]);
    const { events } = this.connection;
    mustHave("Connection.events", events, ["onclose", "onerror"]);
    const { onclose } = events;
    const onClose = (event: Closing) => {
      this.#listener.socketClosed();
      if (this.joinedAtTime > 0) return onclose?.(event);
      this.#closedWith = event.code ?? 1006;
      this.onError.invoke(this.#closedWith);
    };
    Object.assign(events, { onclose: onClose, onerror: () => {} }); // after an error a close follows, and says more
    const send = this.connection.send.bind(this.connection);
    const acknowledging = (data: Uint8Array) => {
      const isAcknowledgement = data.length === 1 && data[0] === joinRoomByte;
      send(isAcknowledgement ? this.#listener.acknowledgement : data);
    };
    Object.assign(this.connection, { send: acknowledging });
  }

  protected override onMessageCallback(event: MessageEvent): void {
    try {
      const [kind] = new Uint8Array(event.data as ArrayBuffer);
      if (!this.#listener.frameReceived(kind)) return;
      this.#collectChanges(kind);
      super.onMessageCallback(event);
    } catch {
      this.#listener.undecodable();
    }
  }

  /** A whole state is nobody's change: it may be another room's, and it is large. */
  #collectChanges(kind: number | undefined): void {
    this.#changes = undefined;
    const decoder = this.stateDecoder?.decoder;
    if (decoder === undefined) return;
    if (kind === wholeState) delete decoder.triggerChanges;
    else {
      tellReversals(decoder);
      decoder.triggerChanges = (changes) => void (this.#changes = changes);
    }
  }
}

/** The same state, of which the SDK clears nothing when its room is over. */
export function unclearable(decoder: StateDecoder): StateDecoder {
  return Object.assign(Object.create(decoder) as StateDecoder, { teardown: () => {} });
}

/** An empty state with a decoder, of the classes of this one. */
export function emptyLike(decoder: StateDecoder): StateDecoder {
  const [State, Decoder] = [decoder.state, decoder.decoder].map(({ constructor }) => constructor) as [
    new () => StateDecoder["state"],
    new (state: StateDecoder["state"]) => StateDecoder["decoder"],
  ];
  const empty = new SchemaSerializer();
  empty.state = new State();
  empty.decoder = new Decoder(empty.state);
  return empty;
}
