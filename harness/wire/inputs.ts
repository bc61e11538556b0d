// What a client may send, as arbitraries: right, nearly right and wild, at the borders of each rule.
import fc from "fast-check";

/** Characters at the borders of what a name may be, and of what counts as one. */
const piece = fc.constantFrom(
  "a",
  "é",
  "😀",
  "\ud83d",
  "\udc00",
  "\u0000",
  "\u009f",
  "\u00a0",
  "\ufffd",
  "\n",
  "漢",
);
const text = fc.oneof(
  fc.string({ unit: piece, maxLength: 4 }),
  fc
    .tuple(piece, fc.constantFrom(0, 1, 32, 63, 64, 65, 127, 128, 129, 2048, 4095, 4096, 4097))
    .map(([character, times]) => character.repeat(times)),
  fc.constantFrom("participant", "observer", "kick", "extend_grace", "end_grace", "close_event", ""),
);
const number = fc.oneof(
  fc.constantFrom(
    -1,
    -0,
    0,
    0.5,
    1,
    64,
    86_400_000,
    86_400_001,
    2 ** 53 - 65,
    2 ** 53 - 64,
    2 ** 53 - 1,
    2 ** 53,
    1e300,
  ),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const other = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant(null), fc.boolean());
/** Anything, mostly text or a number. */
export const value = fc.oneof({ weight: 5, arbitrary: text }, { weight: 3, arbitrary: number }, other);

/** An object with these fields, or with some of them, each mostly of its own kind. */
const fields = (own: Record<string, fc.Arbitrary<unknown>>) =>
  fc.oneof(
    { weight: 2, arbitrary: fc.record(own) },
    {
      weight: 3,
      arbitrary: fc.record(
        Object.fromEntries(
          Object.entries(own).map(([name, arbitrary]) => [name, fc.oneof({ weight: 4, arbitrary }, value)]),
        ),
        { requiredKeys: [] },
      ),
    },
  );

const goodName = fc.string({ unit: fc.constantFrom("a", "é", "😀", " "), minLength: 1, maxLength: 128 });
const shortName = fc.string({ minLength: 1, maxLength: 64 });
/** By the name of a message or body that a client sends. */
export const inputs: Record<string, fc.Arbitrary<unknown>> = {
  join_options: fields({
    event_id: fc.oneof(goodName, text),
    device_id: fc.oneof(goodName, text),
    session_token: text,
    user_id: goodName,
    display_name: text,
    role: fc.constantFrom("participant", "observer", null),
    must_exist: fc.option(fc.boolean()),
    more: other,
  }),
  presence_resume: fields({
    epoch: number,
    seq: number,
    told: fields({ joined_at: number, through: number }),
  }),
  told_ack: fields({ through: number }),
  outbox_publish: fields({
    stream: fc.oneof(shortName, text),
    first: fc.oneof(fc.integer({ min: 1, max: 1000 }), number),
    messages: fc.oneof(
      fc.array(fc.record({ type: goodName, payload: other }), { minLength: 1, maxLength: 3 }),
      fc.array(fields({ type: fc.oneof(goodName, text), payload: other }), { maxLength: 3 }),
      fc.constantFrom(0, 1, 64, 65).map((length) => Array.from({ length }, () => ({ type: "t" }))),
    ),
  }),
  host_action: fields({
    action: fc.constantFrom(
      "kick",
      "readmit",
      "extend_grace",
      "end_grace",
      "message",
      "lock",
      "unlock",
      "change",
      "close_event",
      "dance",
    ),
    device_id: fc.oneof(goodName, text),
    device_ids: fc.oneof(
      fc.array(fc.oneof(goodName, text), { maxLength: 3 }),
      fc.constantFrom(0, 1, 30).map((length) => Array.from({ length }, () => "d")),
    ),
    to: fc.constantFrom("away", "all", "some", null),
    by_ms: number,
    text: fc.oneof(goodName, text),
    title: fc.oneof(goodName, text),
    capacity: number,
    grace_period_ms: number,
    who_may_join: fc.constantFrom("anyone", "listed", "nobody"),
    is_locked: fc.option(fc.boolean()),
    expected_names: fc.array(fc.oneof(shortName, text), { maxLength: 3 }),
  }),
};
