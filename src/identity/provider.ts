// The port by which whoever runs the server says who somebody is. Implemented by the three of providers/, and
// by a room author's own. Types only.

/** What is known of a join before anybody has said who it is. Nothing of it is proved. */
export interface IdentityRequest {
  /** `session_token`, or the SDK's `client.auth.token`: 1 to 4096 characters, if there are any. */
  readonly token: string | undefined;
  readonly eventId: string;
  /** Undefined for one who asks to observe. */
  readonly deviceId: string | undefined;
  /** What is asked for: a seat, or to observe (as an observer or a host). */
  readonly role: "participant" | "observer";
  /** The join option `user_id`. */
  readonly userId: string | undefined;
  /** Join options that are not Holdfast's own: JSON of up to 4096 characters. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Of the HTTP request; cookies, for one. */
  readonly headers: Headers;
  /** It comes from this machine itself, through no proxy. */
  readonly isLocal: boolean;
}

/** Who somebody is. */
export interface VerifiedIdentity {
  /**
   * A user, as everyone sees it (`user_id`): 1 to 128 characters. A seat is its device's and its user's: nobody else returns
   * to it. Undefined (the device's own id, then) only with a `seatKey`.
   */
  readonly userId?: string | undefined;
  /**
   * What it may be: `participant` takes a seat; `observer` watches; `host` watches and acts as a host. A host may take a
   * seat, too, as a participant. `participant` when left out.
   */
  readonly role?: "participant" | "observer" | "host" | undefined;
  /** What a room's author should know of it: a JSON object of up to 4096 characters, stored with the seat. Nothing secret. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  /**
   * A secret that whoever returns to the seat by a join has to bring again, 1 to 4096 characters; a salted hash of it is
   * kept. For those of whom nobody can prove which user they are.
   */
  readonly seatKey?: string | undefined;
}

/** Says who somebody is. */
export interface IdentityProvider {
  /**
   * Called once for each join, returns by a join included, and never for a reconnection by token. May take 3 s: after that
   * the join gets 503. May throw a `Refusal` (401 `bad_token` asks our client for a new token); whatever else it throws is
   * logged, without the token, and answered with 503.
   */
  verify(request: IdentityRequest): VerifiedIdentity | Promise<VerifiedIdentity>;
  /**
   * Of which event a token makes its owner a host, `"*"` for all: asked by the dashboard before it knows any event.
   * @throws Refusal 401 or 403 when it makes none; left out, no token does there
   */
  hostOf?(token: string): string | Promise<string>;
}
