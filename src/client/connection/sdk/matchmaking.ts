// Colyseus's matchmaking over HTTP: asks for a seat, or for the way back to one, and says where its socket is. Knows an
// answer of the server's from one of anybody else's on the way (a captive portal, a gateway, a proxy's error page).
// Never retries, and never opens a socket.
import { roomName } from "../../../protocol/messages.ts";
import { refusalIn } from "../../../protocol/refusal.ts";
import type { Environment } from "../../platform/environment.ts";
import type { Reservation } from "../connection.ts";
import type { Failure, Refused } from "../route.ts";

export class Matchmaking {
  readonly #environment: Environment;
  /** Host, port and path of the server, and an "s" when it is reached by TLS. */
  readonly #base: string;
  readonly #secure: string;
  readonly #search: string;

  /** @throws TypeError when the url is not http(s):// or ws(s)://. */
  constructor(url: string, environment: Environment) {
    const { protocol, host, pathname, searchParams } = new URL(url);
    const [, secure] = /^(?:http|ws)(s?):$/.exec(protocol) ?? [];
    if (secure === undefined)
      throw new TypeError(`A server's address begins with http(s):// or ws(s)://, not ${url}`);
    this.#environment = environment;
    this.#base = host + pathname.replace(/\/$/, "");
    this.#secure = secure;
    this.#search = String(searchParams).replaceAll("+", "%20"); // a gateway may know no other space
  }

  /**
   * Asks for a seat. Rejects when nobody answers, or what is no answer.
   * @param type by which type's name
   */
  join(options: object, signal: AbortSignal, type = roomName): Promise<Reservation | Failure> {
    return this.#ask(`joinOrCreate/${encodeURIComponent(type)}`, options, signal);
  }

  /** Asks for the way back to a room. Rejects when nobody answers, or what is no answer. */
  async reconnect(
    roomId: string,
    reconnectionToken: string,
    signal: AbortSignal,
  ): Promise<Reservation | Failure> {
    const answer = await this.#ask(`reconnect/${roomId}`, { reconnectionToken }, signal);
    return "type" in answer ? answer : { ...answer, reconnectionToken };
  }

  /** The address of a reservation's socket. */
  addressOf({ roomId, sessionId, processId, publicAddress, reconnectionToken }: Reservation): string {
    const query = new URLSearchParams({ sessionId });
    if (reconnectionToken !== undefined) query.set("reconnectionToken", reconnectionToken);
    const search = this.#search && `${this.#search}&`;
    return `ws${this.#secure}://${publicAddress || this.#base}/${processId}/${roomId}?${search}${query}`;
  }

  async #ask(path: string, body: object, signal: AbortSignal): Promise<Reservation | Failure> {
    const search = this.#search && `?${this.#search}`;
    const response = await this.#environment.fetch(
      `http${this.#secure}://${this.#base}/matchmake/${path}${search}`,
      {
        method: "POST",
        headers: { accept: "application/json", "content-type": "application/json" },
        credentials: "include", // a balancer may keep a visitor at one process by a cookie
        body: JSON.stringify(body),
        signal,
      },
    );
    const answer: unknown = await response.json();
    const known = response.ok ? reservationIn(answer) : refusedBy(response.status, answer);
    return known ?? { type: "unreachable" };
  }
}

/** Undefined for what does not name a seat. */
function reservationIn(answer: unknown): Reservation | undefined {
  const { roomId, sessionId, processId, publicAddress } = (answer ?? {}) as Record<string, unknown>;
  const names = [roomId, sessionId, processId];
  const isOne =
    names.every((part) => typeof part === "string" && part !== "") &&
    typeof (publicAddress ?? "") === "string";
  return isOne ? (answer as Reservation) : undefined;
}

function refusedBy(status: number, answer: unknown): Refused | undefined {
  const refusal = refusalIn(status, answer);
  if (refusal === undefined) return undefined;
  const { code, error, reason, retry_after_ms: hintMs } = refusal;
  const retryAfterMs = typeof hintMs === "number" && hintMs >= 0 ? hintMs : undefined;
  return { type: "refused", code, sentence: error, reason, retryAfterMs };
}
