// Breaks of what hosts do: their actions in an event, what they are told of it, their client over HTTP.
import { type Break, breaksOf } from "./break.ts";

export const hosts: readonly Break[] = [
  ...breaksOf(
    "event/host-actions.ts",
    ["event/host-actions"],
    [
      ["W100", "a closed event is acted in", "if (isClosed) throw", "if (false) throw"],
      [
        "W100",
        "an event that is being moved is acted in",
        "if (announcer.isClosed) throw",
        "if (false) throw",
      ],
      ["W100", "what cannot be stored is done", 'if (this.#store.state === "suspended")', "if (false)"],
      ["W100", "what is not stored is a success", "!(await batch.stored(storedWithinMs))", "false"],
      ["W101", "any number of people in one turn", "if (from > 0) await new Promise(setImmediate);", ""],
      ["W99", "what is not said is changed", ".filter(([, value]) => value !== undefined)", ""],
      ["W99", "unlock locks", 'is_locked: action.action === "lock"', "is_locked: true"],
    ],
  ),
  ...breaksOf(
    "event/details/details-messages.ts",
    ["host/event-details"],
    [
      [
        "W102",
        "everyone is told what hosts are",
        "return isHost ? this.#hosts : this.#others;",
        "return this.#hosts;",
      ],
      ["W103", "who asks again is told again", "audience.isIn(connection) || ", ""],
      [
        "W103",
        "a change of nothing is told",
        "if (this.#sent !== undefined && isSame(this.#sent, message)) return;",
        "",
      ],
      ["W103", "hosts alone are told", "if (!this.#others.isEmpty)", "if (false)"],
    ],
  ),
];
