// A client as a room author's handlers meet it: the framework's own, whose `auth` is typed.
import { type Client as FrameworkClient, validate as frameworkValidate } from "@colyseus/core";
import type { ClientAuth } from "../../event/client-auth.ts";
import type { SeatClient } from "../sockets/seat-client.ts";

/** What an author may say of its clients beside, as for the framework's own type. */
interface ClientKind {
  userData?: unknown;
  messages?: object;
}
interface AnyKind {
  userData: any; // oxlint-disable-line no-explicit-any -- the framework's default
  messages: any; // oxlint-disable-line no-explicit-any -- the framework's default
}

/** A client of an event's room. `client.auth` says who it is; it is there in every handler and hook. */
export type Client<Kind extends ClientKind = AnyKind> = FrameworkClient<Kind & { auth: ClientAuth }>;

type Format = Parameters<typeof frameworkValidate>[0];
type OutputOf<F extends Format> = NonNullable<F["~standard"]["types"]>["output"];
type Context = Parameters<Parameters<typeof frameworkValidate>[1]>[2];

/**
 * A message handler whose payload a Standard Schema (zod, ...) has read: the framework's `validate`, for clients whose
 * `auth` is typed.
 * @example messages = { answer: validate(z.int(), (client, choice) => this.answer(client.auth?.userId, choice)) }
 */
export const validate = frameworkValidate as <
  F extends Format,
  This = any, // oxlint-disable-line no-explicit-any -- as in the framework: whichever room it is a message of
>(
  format: F,
  handler: (this: This, client: Client, message: OutputOf<F>, context: Context) => unknown,
) => ReturnType<typeof frameworkValidate<F, This>>;

/** True for an observer that may kick, extend a grace and close the event, as long as its connection is open. */
export function isHostClient(client: unknown): boolean {
  const { connection } = client as SeatClient;
  return connection?.isHost === true && !connection.isGone;
}
