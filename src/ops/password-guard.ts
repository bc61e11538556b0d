// The monitor's password: HTTP Basic, user `admin`. Guesses are few for each address, and leave a line in the log.
// Never logs what was given, nor by whom: only how often.
import { createHash, timingSafeEqual } from "node:crypto";
import type { Request, RequestHandler, Response } from "express";
import type { Clock } from "../clock.ts";
import { WindowCounter } from "../identity/limits/window-counter.ts";
import { peerHeader } from "../protocol/peer-headers.ts";
import { refusalBody, retryLater } from "../protocol/refusal.ts";
import type { Logger } from "./logger.ts";

/**
 * Wrong passwords that one address may send in a minute. A password that a person chose has to be defended by the number
 * of guesses, so an address that used them up is refused the right one, too, until the minute is over.
 */
export const guessesPerMinute = 10;
const windowMs = 60_000;

interface Guarded {
  readonly monitorPassword: string;
  readonly clock: Clock;
  readonly log: Logger;
}

const sha256 = (text: string) => createHash("sha256").update(text).digest();

export class PasswordGuard {
  readonly #expected: Buffer;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #wrong = new WindowCounter(windowMs);

  constructor({ monitorPassword, clock, log }: Guarded) {
    this.#expected = sha256(`admin:${monitorPassword}`);
    this.#clock = clock;
    this.#log = log;
  }

  /** Lets in who brings the password; answers everyone else 401, or 429 after too many guesses. */
  readonly handle: RequestHandler = (request, response, next) => {
    const now = this.#clock.now();
    const address = String(request.headers[peerHeader] ?? "unknown");
    if (this.#wrong.get(address, now) >= guessesPerMinute) return tooMany(response);
    const given = credentialsIn(request);
    if (given !== undefined && timingSafeEqual(sha256(given), this.#expected)) return next();
    if (given !== undefined) this.#count(address, now);
    response
      .status(401)
      .set("www-authenticate", 'Basic realm="holdfast"')
      .json(refusalBody(401, "Wrong password", "bad_token"));
  };

  /** Two lines for an address and minute at most: whoever guesses cannot fill the log. */
  #count(address: string, now: number): void {
    const guesses = this.#wrong.add(address, now);
    if (guesses === 1) this.#log.warn("A wrong password for the monitor");
    if (guesses === guessesPerMinute)
      this.#log.warn(
        { guesses },
        "Too many wrong passwords for the monitor: this address is refused for a minute",
      );
  }
}

/** `user:password`; undefined when the request brings none, which is no guess. */
function credentialsIn({ headers }: Request): string | undefined {
  const [scheme, credentials] = (headers.authorization ?? "").split(" ");
  if (scheme?.toLowerCase() !== "basic" || !credentials) return undefined;
  return Buffer.from(credentials, "base64").toString("utf8");
}

function tooMany(response: Response): void {
  response
    .status(429)
    .set("retry-after", String(windowMs / 1000))
    .json(retryLater("Too many wrong passwords", windowMs, "too_many").body);
}
