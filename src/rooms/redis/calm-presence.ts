// The framework's presence on Redis, for rooms and the monitor: what it cannot do while Redis is away it does not do, and
// ends no process over it. Nothing of Holdfast's own depends on its answers.
// A room's `this.presence` is an object that inherits from this one (core 0.18.17, Presence.ts:229): no method of it may ask
// for a private name, which that object does not have.
import { RedisPresence } from "@colyseus/redis-presence";
import { Redis } from "ioredis";

/** Subscribing goes on by itself when Redis is back (RedisPresence subscribes again to everything): no need to wait. */
const subscribeLimitMs = 500;

/** Who is given errors that nobody else handles: telemetry. */
export interface ErrorReporter {
  reportError(where: string, error: unknown): void;
}

export class CalmPresence extends RedisPresence {
  protected readonly errors: ErrorReporter;

  constructor(redis: Redis, errors: ErrorReporter) {
    super(redis);
    this.errors = errors;
  }

  override async subscribe(...call: Parameters<RedisPresence["subscribe"]>): Promise<this> {
    const limit = new Promise((resolve) => setTimeout(resolve, subscribeLimitMs).unref());
    await Promise.race([this.calmly(super.subscribe(...call)), limit]);
    return this;
  }

  override async unsubscribe(...call: Parameters<RedisPresence["unsubscribe"]>): Promise<this> {
    await this.calmly(super.unsubscribe(...call));
    return this;
  }

  override async publish(topic: string, data: unknown): Promise<void> {
    await this.calmly(super.publish(topic, data));
  }

  override async hset(key: string, field: string, value: string): Promise<boolean> {
    return (await this.calmly(super.hset(key, field, value))) ?? false;
  }

  /** What the framework locks the creation of rooms with, and waits for without listening for a failure. */
  override async hincrbyex(key: string, field: string, by: number, seconds: number): Promise<number> {
    return (await this.calmly(super.hincrbyex(key, field, by, seconds))) ?? 1;
  }

  override async hdel(key: string, field: string): Promise<boolean> {
    return (await this.calmly(super.hdel(key, field))) ?? false;
  }

  /** Waits for as long as the caller says: on a connection of its own, that has no time limit for an answer. */
  override async brpop(...call: Parameters<RedisPresence["brpop"]>): Promise<[string, string] | null> {
    const { commandTimeout: _, ...options } = (this.pub as Redis).options;
    const blocking = new Redis(options).on("error", () => {}); // a failure is the answer's
    try {
      return (await blocking.brpop(...(call as [string, number]))) as [string, string] | null;
    } finally {
      blocking.disconnect();
    }
  }

  override shutdown(): void {
    this.sub.disconnect();
    this.pub.disconnect();
  }

  protected async calmly<Value>(asked: Promise<Value>): Promise<Value | undefined> {
    try {
      return await asked;
    } catch (error) {
      this.errors.reportError("cluster", error);
      return undefined;
    }
  }
}
