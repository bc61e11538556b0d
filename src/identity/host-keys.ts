// Who may act as a host in open mode: whoever has followed the one-time link that the server prints when it starts.
// Holds digests only, in this process only: after a restart a new link is printed.
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

const secretBytes = 24;
/** A code is a way in for one browser; nobody needs many at once. */
const maxCodes = 16;
const maxTokens = 64;

const newSecret = () => randomBytes(secretBytes).toString("base64url");
const digestOf = (secret: string) => createHash("sha256").update(secret).digest();

/** The newest secrets of one kind; the oldest gives way. */
class Digests {
  readonly #max: number;
  #digests: Buffer[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  add(secret: string): string {
    this.#digests = [...this.#digests, digestOf(secret)].slice(-this.#max);
    return secret;
  }

  has(secret: string): boolean {
    const given = digestOf(secret);
    return this.#digests.some((digest) => timingSafeEqual(digest, given));
  }

  delete(secret: string): void {
    const given = digestOf(secret);
    this.#digests = this.#digests.filter((digest) => !timingSafeEqual(digest, given));
  }
}

export class HostKeys {
  readonly #codes = new Digests(maxCodes);
  readonly #tokens = new Digests(maxTokens);

  /** A code that is good for one `redeem`. */
  newCode(): string {
    return this.#codes.add(newSecret());
  }

  /** Spends a code for a host token; undefined when the code was never given, or is spent. */
  redeem(code: string): string | undefined {
    if (!this.#codes.has(code)) return undefined;
    this.#codes.delete(code);
    return this.#tokens.add(newSecret());
  }

  isHost(token: string): boolean {
    return this.#tokens.has(token);
  }
}
