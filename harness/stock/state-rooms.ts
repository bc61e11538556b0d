// Plain Colyseus rooms with a synchronised state: patches, callbacks, views, and seats that are held by the framework's
// own allowReconnection. Nothing of Holdfast is in here.
import { type Client, Room } from "@colyseus/core";
import { schema, type SchemaType, StateView, t } from "@colyseus/schema";
import { notes } from "./notes.ts";

const Player = schema(
  {
    name: t.string(),
    score: t.number().default(0),
    hand: t.string().default("").view(),
    isHere: t.boolean().default(true),
  },
  "Player",
);
const Board = schema(
  {
    round: t.number().default(0),
    players: t.map(Player),
    moves: t.array("string"),
    deck: t.string().default("").view(),
  },
  "Board",
);
type Board = SchemaType<typeof Board>;

interface Options {
  readonly key?: string;
  readonly name?: string;
  readonly holdS?: number;
  readonly isManual?: boolean;
}

/** A game with a board: shared fields, collections, and what only one player may see. */
export class BoardRoom extends Room<{ state: Board }> {
  override state = new Board();

  override messages = {
    round: (_: Client, round: number) => (this.state.round = round),
    score: ({ sessionId }: Client, score: number) => {
      const player = this.state.players.get(sessionId);
      if (player !== undefined) player.score = score;
    },
    move: (_: Client, move: string) => void this.state.moves.push(move),
    unmove: () => void this.state.moves.shift(),
    clear: () => this.state.moves.clear(),
    remove: (_: Client, key: string) => void this.state.players.delete(key),
    hand: ({ sessionId }: Client, hand: string) => {
      const player = this.state.players.get(sessionId);
      if (player !== undefined) player.hand = hand;
    },
    order: (client: Client) => {
      this.state.round = 99;
      this.broadcast("after", "the patch", { afterNextPatch: true });
      client.send("mine", "after the patch", { afterNextPatch: true });
      client.send("before", "the patch");
    },
    bot: (_: Client, name: string) => void this.state.players.set(name, new Player({ name })),
  };

  override onJoin(client: Client, { name = "" }: Options): void {
    const player = new Player({ name, hand: `hand of ${name}` });
    this.state.players.set(client.sessionId, player);
    client.view = new StateView();
    client.view.add(player);
  }

  override onLeave({ sessionId }: Client): void {
    this.state.players.delete(sessionId);
  }
}

/** Holds seats as the framework's documentation shows it. */
export class HoldRoom extends Room<{ state: Board }> {
  override state = new Board();
  #key: string | undefined;
  #holdS = 1;
  #isManual = false;
  readonly #held: { reject(): void }[] = [];

  override messages = {
    who: (client: Client) => client.send("who", [client.sessionId, client.userData ?? null]),
    remember: (client: Client, data: unknown) => (client.userData = data),
    say: (_: Client, text: string) => this.broadcast("said", text),
    round: (_: Client, round: number) => (this.state.round = round),
    release: () => this.#held.forEach((hold) => hold.reject()),
    kick: (client: Client, sessionId: string) =>
      this.clients.get(sessionId)?.leave(4321, `by ${client.sessionId === sessionId ? "itself" : "another"}`),
    disconnect: (_: Client, code?: number) => void this.disconnect(code),
  };

  override onCreate({ key, holdS = 1, isManual = false }: Options): void {
    this.#key = key;
    this.#holdS = holdS;
    this.#isManual = isManual;
  }

  override onJoin({ sessionId }: Client, { name = "" }: Options): void {
    notes.add(this.#key, "join", name);
    this.state.players.set(sessionId, new Player({ name }));
  }

  override onDrop(client: Client, code: number): void {
    notes.add(this.#key, "drop", code);
    const player = this.state.players.get(client.sessionId);
    if (player !== undefined) player.isHere = false;
    if (this.#holdS === 0) return;
    const hold = this.allowReconnection(client, this.#isManual ? "manual" : this.#holdS);
    hold.catch(() => {});
    this.#held.push({ reject: () => void hold.reject() });
  }

  override onReconnect({ sessionId }: Client): void {
    notes.add(this.#key, "reconnect");
    const player = this.state.players.get(sessionId);
    if (player !== undefined) player.isHere = true;
  }

  override onLeave({ sessionId }: Client, code: number): void {
    notes.add(this.#key, "leave", code);
    this.state.players.delete(sessionId);
  }

  override onDispose(): void {
    notes.add(this.#key, "dispose");
  }
}
