// Makes connections to one server with the SDK: asks for the seat (Matchmaking), connects its socket (SdkConnection),
// and hands the state that the last connection had on to the next. Never retries; its caller limits the time.
import type { Environment } from "../../platform/environment.ts";
import type { ConnectionListener, Dialed, Dialer, Dialing, Reservation, Target } from "../connection.ts";
import type { Failure } from "../route.ts";
import type { KeptState } from "./kept-state.ts";
import { Matchmaking } from "./matchmaking.ts";
import { SdkConnection } from "./sdk-connection.ts";
import { checkSdk, SdkMisfitError, type StateDecoder } from "./sdk-room.ts";

export class SdkDialer implements Dialer {
  readonly #environment: Environment;
  readonly #matchmaking: Matchmaking;
  #last: SdkDialing | undefined;

  /** @throws TypeError when the url is not http(s):// or ws(s)://, SdkMisfitError with an SDK that does not fit. */
  constructor(url: string, environment: Environment) {
    checkSdk();
    this.#environment = environment;
    this.#matchmaking = new Matchmaking(url, environment);
  }

  dial(target: Target, listener: ConnectionListener): Dialing {
    // A join brings the state's schema, which may be another one after a deploy: it begins from nothing.
    const kept = target.path === "join" ? undefined : this.#last?.kept;
    this.#last = new SdkDialing(this.#environment, this.#matchmaking, target, listener, kept);
    return this.#last;
  }
}

class SdkDialing implements Dialing {
  readonly result: Promise<Dialed>;
  readonly #matchmaking: Matchmaking;
  readonly #listener: ConnectionListener;
  readonly #before: KeptState<StateDecoder> | undefined;
  readonly #stop = new AbortController();
  #connection: SdkConnection | undefined;

  constructor(
    environment: Environment,
    matchmaking: Matchmaking,
    target: Target,
    listener: ConnectionListener,
    before: KeptState<StateDecoder> | undefined,
  ) {
    this.#matchmaking = matchmaking;
    this.#listener = listener;
    this.#before = before;
    this.result = this.#dial(target).catch((error: unknown) => {
      if (error instanceof SdkMisfitError) environment.report(error);
      return { type: "unreachable" };
    });
  }

  /** What the next connection may go on from. */
  get kept(): KeptState<StateDecoder> | undefined {
    return this.#connection === undefined ? this.#before : this.#connection.kept;
  }

  abort(): void {
    this.#stop.abort();
    this.#connection?.drop();
  }

  async #dial(target: Target): Promise<Dialed> {
    const reservation = await this.#reserve(target);
    if ("type" in reservation) return reservation;
    if (this.#stop.signal.aborted) return { type: "unreachable" };
    this.#connection = new SdkConnection(this.#listener, this.#before);
    return this.#connection.enter(this.#matchmaking.addressOf(reservation), reservation);
  }

  async #reserve(target: Target): Promise<Reservation | Failure> {
    const { signal } = this.#stop;
    if (target.path === "join") return this.#matchmaking.join(target.options, signal, target.type);
    const { credentials } = target;
    if (target.path === "socket") return credentials;
    return this.#matchmaking.reconnect(credentials.roomId, credentials.reconnectionToken, signal);
  }
}
