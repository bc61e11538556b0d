// A state with every kind of collection, and random changes to it as a room's author makes them: no instance is put in twice.
// All chance comes from a tape of numbers, so that a failure shrinks.
import { defineEventState, schema, t } from "../../src/schema/index.ts";
import type { Tape } from "./random-state.ts";

export const Card = schema({ suit: t.string(), rank: t.number().default(0) }, "Card");
export const Pile = schema(
  {
    name: t.string(),
    top: t.ref(Card).optional(),
    cards: t.array(Card),
    words: t.array("string"),
    tags: t.set("string"),
    counts: t.map("number"),
    byName: t.map(Card),
  },
  "Pile",
);
export const board = defineEventState({
  participant: { score: t.number().default(0), pile: t.ref(Pile), hand: t.array(Card) },
  event: {
    round: t.number().default(0),
    piles: t.map(Pile),
    stack: t.array(Pile),
    names: t.set("string"),
    seen: t.collection("number"),
    spare: t.ref(Pile).optional(),
  },
});
export type Board = InstanceType<typeof board.State>;
type Pile = InstanceType<typeof Pile>;
type Card = InstanceType<typeof Card>;

let made = 0;
function newCard(tape: Tape): Card {
  made += 1;
  return Object.assign(new Card(), { suit: `${"hscd"[tape.next(4)]}${made}`, rank: tape.next(5) });
}

function newPile(tape: Tape): Pile {
  const pile = new Pile();
  pile.name = `p${tape.next(9)}`;
  for (let many = tape.next(3); many > 0; many -= 1) pile.cards.push(newCard(tape));
  if (tape.next(2) === 0) pile.counts.set("a", tape.next(5));
  return pile;
}

function join(state: Board, device: string): void {
  const participant = new board.Participant();
  participant.device_id = device;
  state.participants.set(device, participant);
}

/** Changes something somewhere. */
export function play(tape: Tape, state: Board): void {
  const device = `d${tape.next(5)}`;
  const key = `k${tape.next(4)}`;
  const moves: (() => unknown)[] = [
    () => join(state, device),
    () => state.participants.delete(device),
    () => (state.round = tape.next(4)),
    () => state.piles.set(key, newPile(tape)),
    () => state.piles.delete(key),
    () => tape.next(6) === 0 && state.piles.clear(),
    () => state.stack.push(newPile(tape)),
    () => state.stack.length > 0 && state.stack.pop(),
    () => state.names.add(`n${tape.next(6)}`),
    () => state.names.delete(`n${tape.next(6)}`),
    () => state.seen.add(tape.next(6)),
    () => (state.spare = tape.next(3) === 0 ? (undefined as never) : newPile(tape)),
    () => changePile(tape, state.spare),
    () => changePile(tape, state.piles.get(key)),
    () => changePile(tape, state.stack[tape.next(Math.max(1, state.stack.length))]),
    () => changeParticipant(tape, state, device),
    () => changeParticipant(tape, state, `d${tape.next(5)}`),
  ];
  moves[tape.next(moves.length)]?.();
}

function changeParticipant(tape: Tape, state: Board, device: string): void {
  const participant = state.participants.get(device);
  if (participant === undefined) return;
  const moves: (() => unknown)[] = [
    () => (participant.score = tape.next(4)),
    () => participant.hand.push(newCard(tape)),
    () => participant.hand.length > 0 && participant.hand.pop(),
    () => changeCard(tape, participant.hand[0]),
    () => changePile(tape, participant.pile),
  ];
  moves[tape.next(moves.length)]?.();
}

function changePile(tape: Tape, pile: Pile | undefined): void {
  if (pile === undefined || pile === null) return;
  const key = "abc"[tape.next(3)] as string;
  const moves: (() => unknown)[] = [
    () => (pile.name = `p${tape.next(9)}`),
    () => (pile.top = newCard(tape)),
    () => changeCard(tape, pile.top),
    () => pile.cards.push(newCard(tape)),
    () => pile.cards.length > 0 && pile.cards.shift(),
    () => pile.cards.length > 0 && pile.cards.splice(tape.next(pile.cards.length), 1),
    () => changeCard(tape, pile.cards[0]),
    () => pile.words.push(`w${tape.next(9)}`),
    () => pile.words.length > 0 && pile.words.pop(),
    () => pile.tags.add(`t${tape.next(4)}`),
    () => pile.tags.delete(`t${tape.next(4)}`),
    () => pile.counts.set(key, tape.next(5)),
    () => pile.counts.delete(key),
    () => pile.byName.set(key, newCard(tape)),
    () => pile.byName.delete(key),
    () => changeCard(tape, pile.byName.get(key)),
  ];
  moves[tape.next(moves.length)]?.();
}

function changeCard(tape: Tape, card: Card | undefined): void {
  if (card !== undefined && card !== null) card.rank = tape.next(5);
}
