// Who this device is: made up once and kept, so that a reload, a killed app and a new tab are the same participant. Never
// sends anything.
import type { Target } from "../connection/connection.ts";
import type { Environment } from "../platform/environment.ts";
import type { SafeStorage } from "../platform/safe-storage.ts";
import { wellFormed } from "../platform/text.ts";
import type { JoinEventOptions } from "../types/index.ts";

export interface Identity {
  readonly deviceId: string;
  /** The proof for the next join. */
  token(): string | Promise<string>;
  /** Asking again may bring another proof. */
  readonly canRenew: boolean;
  /** One name for this seat in storage and between tabs. */
  readonly seatKey: string;
  /** What two sessions of one page share, when nothing is kept, if they are the same participant. */
  readonly proof: unknown;
}

/**
 * The device is one for all events; a token is made for one seat only, so that whoever learns it can take just that.
 * The server's address is no part of a seat: it is the same one by another name, or from another network.
 */
export function identify(
  options: JoinEventOptions,
  storage: SafeStorage,
  { newId, newSecret }: Pick<Environment, "newId" | "newSecret">,
): Identity {
  const deviceId = options.deviceId ?? made("holdfast:device", storage, newId);
  const seatKey = [options.eventId, deviceId].map(partOf).join(":");
  const { sessionToken } = options;
  // An application that renders again gives another function for the same participant: the function itself says nothing.
  if (typeof sessionToken === "function")
    return { deviceId, seatKey, canRenew: true, token: () => sessionToken(), proof: `asked ${options.url}` };
  const token = sessionToken ?? made(`holdfast:token:${seatKey}`, storage, newSecret);
  return { deviceId, seatKey, canRenew: false, token: () => token, proof: `${options.url} ${token}` };
}

/** A join by this identity. Rejects when the application cannot give its proof now. */
export async function joinTarget(options: JoinEventOptions, identity: Identity): Promise<Target> {
  const { eventType } = options;
  const type = eventType === undefined ? {} : { type: eventType };
  return { path: "join", ...type, options: await joinRequest(options, identity) };
}

/** What a join says. Rejects when the application cannot give its proof now. */
export async function joinRequest(
  { eventId, userId, displayName, role, mustExist, joinOptions }: JoinEventOptions,
  identity: Identity,
): Promise<Record<string, unknown>> {
  return {
    ...joinOptions,
    event_id: eventId,
    device_id: identity.deviceId,
    session_token: await identity.token(),
    ...(userId === undefined ? {} : { user_id: userId }),
    ...(displayName === undefined ? {} : { display_name: displayName }),
    ...(role === undefined || role === "participant" ? {} : { role }),
    ...(mustExist === true ? { must_exist: true } : {}),
  };
}

function made(key: string, storage: SafeStorage, newId: () => string): string {
  const kept = storage.get(key);
  if (kept !== null && kept !== "") return kept;
  const id = newId();
  storage.keep(key, id);
  return id;
}

/** Ids may hold anything, lone surrogates excepted; parts must not run into each other. */
const partOf = (text: string): string => encodeURIComponent(wellFormed(text));
