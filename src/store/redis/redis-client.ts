// One connection to Redis, and why it does not work when it does not: ioredis answers every command of a connection
// that has failed with "Connection is closed.", and says the cause in an event that nobody waits for.
import { Redis } from "ioredis";
import { shownUrl, whyNotRedisUrl } from "../store-url.ts";

export interface RedisClientOptions {
  /** A command without an answer has failed after this, in ms. */
  readonly commandTimeoutMs: number;
  /** The longest pause between two attempts to connect, in ms; 1000 when left out. */
  readonly longestRetryMs?: number;
  /** Whether commands wait while there is no connection; when left out they fail at once. */
  readonly isQueueing?: boolean;
}

/** Every connection of this process to Redis is made here. It connects when it is first asked to. */
export function connectionTo(
  url: string,
  { commandTimeoutMs, longestRetryMs = 1000, isQueueing = false }: RedisClientOptions,
): Redis {
  return new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: 1,
    commandTimeout: commandTimeoutMs,
    enableOfflineQueue: isQueueing,
    retryStrategy: (attempt) => Math.min(longestRetryMs, 50 * attempt),
  });
}

/** In which time Redis has answered a command of a store, or of the framework. */
export const usualCommandTimeoutMs = 1500;

/** How long a start waits for Redis: for a connection, or until it has loaded its data. */
const openLimitMs = 5000;

/** Certificates that Node does not accept, by the code of the error. */
const certificateCodes =
  /^(?:CERT_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED|ERR_TLS_CERT|HOSTNAME_MISMATCH)/;

export class RedisClient {
  readonly redis: Redis;
  readonly #url: string;
  /** What the connection last failed of, since it last worked. */
  #trouble: Error | undefined;

  /** @throws Error when the URL is not one of Redis */
  constructor(url: string, options: RedisClientOptions) {
    const allowed = whyNotRedisUrl(url);
    if (allowed !== undefined) throw new Error(`A Redis URL must be ${allowed}.`);
    this.#url = url;
    this.redis = connectionTo(url, options);
    this.redis.on("error", (error: Error) => {
      this.#trouble = withoutCommand(error);
      // A connection whose database could not be chosen would go on, in database 0.
      if (isAboutDatabase(error)) this.redis.disconnect(true);
    });
    this.redis.on("ready", () => {
      if (this.#trouble !== undefined && !isAboutDatabase(this.#trouble)) this.#trouble = undefined;
    });
  }

  /**
   * Connects, and makes sure that Redis answers.
   * @param setting the name of the setting that holds the URL
   * @throws Error with one sentence that names the setting and the cause
   */
  async open(setting: string): Promise<void> {
    const limit = new AbortController();
    const failed = new Promise<never>((_, reject) => {
      this.redis.once("error", reject);
      const timer = setTimeout(() => reject(new Error("no answer")), openLimitMs);
      limit.signal.addEventListener("abort", () => clearTimeout(timer));
    });
    failed.catch(() => {}); // it may fail after it has been decided
    try {
      await Promise.race([this.#connect(), failed]);
    } catch (error) {
      const cause = this.#trouble ?? withoutCommand(error as Error);
      const why = (await this.#isLoading()) ? "it is still loading its data" : this.#why(cause);
      this.redis.disconnect();
      // oxlint-disable-next-line preserve-caught-error -- what was caught only says that the connection is closed
      throw new Error(`${setting}: Redis cannot be reached: ${why}.`, { cause });
    } finally {
      limit.abort();
    }
  }

  /** Names the cause in an error that only says that there is no connection. */
  explain(error: unknown): Error {
    const plain = error instanceof Error ? withoutCommand(error) : new Error(String(error));
    const isVague = /^(?:Connection is closed|Stream isn't writeable|Reached the max retries)/.test(
      plain.message,
    );
    if (!isVague || this.#trouble === undefined) return plain;
    return new Error(`Redis cannot be reached: ${this.#why(this.#trouble)}`);
  }

  close(): void {
    this.redis.disconnect();
  }

  async #connect(): Promise<void> {
    await this.redis.connect();
    await this.redis.ping();
  }

  /** Redis says so only to one who asks; commands wait meanwhile. */
  async #isLoading(): Promise<boolean> {
    if (this.redis.status !== "connect") return false;
    return /\bloading:1/.test(await this.redis.info("persistence").catch(() => ""));
  }

  #why(error: Error): string {
    const { code = "" } = error as NodeJS.ErrnoException;
    const { message } = error;
    const { host, hostname, protocol } = URL.parse(this.#url) ?? { host: "", hostname: "", protocol: "" };
    const shown = shownUrl(this.#url);
    const isTls = protocol === "rediss:";
    if (/^WRONGPASS|invalid password|^ERR AUTH/i.test(message))
      return "the password (or the user's name) in its URL is wrong";
    if (message.startsWith("NOAUTH")) return "it asks for a password, and its URL has none";
    if (isAboutDatabase(error)) return `it has no such database as in ${shown} (${message})`;
    if (message.startsWith("LOADING")) return "it is still loading its data";
    if (certificateCodes.test(code)) return `the TLS certificate of ${host} is not accepted (${message})`;
    if (code === "ENOTFOUND" || code === "EAI_AGAIN")
      return `the host name ${hostname} cannot be found (${code})`;
    if (code === "ECONNREFUSED") return `nothing listens at ${host} (connection refused)`;
    if (code === "EPROTO" || /wrong version number/i.test(message))
      return `${host} does not speak TLS (use redis:// instead of rediss://)`;
    if (message === "no answer" || message === "Command timed out" || code === "ETIMEDOUT")
      return `no answer from ${host} within ${openLimitMs / 1000} s${isTls ? " (does it speak TLS there?)" : ""}`;
    if (message.startsWith("Connection is closed") || code === "ECONNRESET" || code === "EPIPE")
      return `${host} closed the connection without a word${isTls ? " (does it speak TLS there?)" : " (does it ask for TLS, rediss://?)"}`;
    return message.replace(/\.+$/, "");
  }
}

/** The arguments of the command that failed are passwords and seats: whoever prints the error must not print them. */
function withoutCommand(error: Error): Error {
  if ("command" in error) Object.defineProperty(error, "command", { enumerable: false });
  return error;
}

function isAboutDatabase(error: Error): boolean {
  const { command } = error as { command?: { name?: string } };
  return command?.name === "select";
}
