// Message handlers that are for hosts only: who is none is told so before anything of its message is read.
import { Refusal } from "../../protocol/refusal.ts";
import { type Client, isHostClient } from "./client.ts";
import type { PayloadSchema } from "./all-or-nothing.ts";

/** Thrown when somebody sends what is for hosts only. */
export class HostsOnly extends Refusal {
  constructor() {
    super(403, "Only a host may do this", { reason: "not_allowed" });
  }
}

/** @throws HostsOnly */
function requireHost(client: unknown): void {
  if (!isHostClient(client)) throw new HostsOnly();
}

/** A schema that is for hosts only: its owner asks `admit` before it reads anything. */
export class HostsSchema implements PayloadSchema<unknown> {
  readonly "~standard": PayloadSchema<unknown>["~standard"];

  constructor(schema: PayloadSchema<unknown>) {
    this["~standard"] = schema["~standard"];
  }

  /** @throws HostsOnly */
  admit(client: unknown): void {
    requireHost(client);
  }
}

type Payload = any; // oxlint-disable-line no-explicit-any -- what an author's handler takes
type Handler = (client: Client, payload: Payload, context: Payload) => unknown;
interface Validated {
  readonly format: object;
  readonly handler: (...words: Payload[]) => unknown;
}

/**
 * A message handler for hosts only (`this.isHost(client)`). Anybody else's request is rejected with 403, and anybody else's
 * message is a line in the log at `info` and nothing else; its payload is not read.
 * @param handler a handler, or what `validate` returns
 * @returns one of the same kind, for `messages` or `onMessage`
 * @example messages = { start: hostOnly(validate(z.int(), (client, round) => this.start(round))) }
 */
export function hostOnly<H extends Handler | Validated>(handler: H): H {
  if (typeof handler === "function") return guarded(handler) as H;
  const { format, handler: inner } = handler as Validated;
  return {
    format: new HostsSchema(format as PayloadSchema<unknown>),
    handler: guarded(inner),
  } as unknown as H;
}

function guarded(handler: (...words: Payload[]) => unknown) {
  return function (this: unknown, client: unknown, ...more: Payload[]): unknown {
    requireHost(client);
    return handler.call(this, client, ...more);
  };
}
