// Around everything of a room author's that we call: what it throws, at once or later, is reported with the event that it
// happened in, and goes no further. (A throw from the patch interval, for one, would end the process.)
import type { Client } from "@colyseus/core";
import { type Clock, systemClock } from "../../clock.ts";
import type { Telemetry } from "../../ops/telemetry.ts";
import type { Guard } from "../../sync/guard.ts";
import type { FramesRead } from "../framework/frames-read.ts";
import type { FrameListener } from "../internals/core.ts";
import type { SeatClient } from "../sockets/seat-client.ts";

/** Where a room keeps its guard: a name that no author can meet. */
export const authorGuard = Symbol("guard");

/** What a process gives its rooms. Implemented by rooms/room-services. */
interface Surroundings {
  readonly telemetry: Telemetry;
  readonly frames: FramesRead;
  readonly clock: Clock;
}

export class AuthorGuard implements FrameListener, Guard {
  /** How long an author's code takes is measured with the server's. */
  clock: Clock = systemClock;
  #telemetry: Telemetry | undefined;
  #frames: FramesRead | undefined;
  #eventId: string | undefined;
  #isSilent = false;

  /** Which event this is, and to whom errors are reported; before that, nothing of an author's is called. */
  begin({ telemetry, frames, clock }: Surroundings, eventId: string): void {
    this.clock = clock;
    this.#telemetry = telemetry;
    this.#frames = frames;
    this.#eventId = eventId;
  }

  /** From now on nothing of an author's is called, and nothing is reported: as if the process had been killed. */
  silence(): void {
    this.#isSilent = true;
    this.#telemetry = undefined;
  }

  /** Runs what may throw, or return a promise that is rejected. */
  readonly run = (where: string, run: () => unknown): void => {
    if (this.#isSilent) return;
    try {
      const done = run();
      if (done instanceof Promise) done.catch((error) => this.reportError(where, error));
    } catch (error) {
      this.reportError(where, error);
    }
  };

  /** The same for a hook of `owner`, if there is one. */
  call<Owner, Args extends unknown[]>(
    where: string,
    owner: Owner,
    hook: ((this: Owner, ...args: Args) => unknown) | undefined,
    ...args: Args
  ): void {
    if (this.#isSilent) return;
    try {
      const done = hook?.apply(owner, args);
      if (done instanceof Promise) done.catch((error) => this.reportError(where, error));
    } catch (error) {
      this.reportError(where, error);
    }
  }

  reportError(where: string, error: unknown, fields: Record<string, unknown> = {}): void {
    this.#telemetry?.reportError(where, error, { ...this.ids, ...fields });
  }

  // --- around each frame of a client, of which the framework makes a message for an author's handler ---

  frameBegins(client: Client): void {
    this.#frames?.begins(client, this);
  }

  frameEnds(): void {
    this.#frames?.ends();
  }

  frameFailed(client: Client, error: unknown): void {
    this.reportError("onMessage", error, this.idsOf(client));
  }

  /** A client has sent what cannot be read; so many lines a minute say so at most. */
  malformed(client: Client, why: string): void {
    this.#telemetry?.recordMalformed(why, this.idsOf(client));
  }

  /** A client has asked for what is not for it; bounded likewise. */
  notAllowed(client: Client, why: string): void {
    this.#telemetry?.recordNotAllowed(why, this.idsOf(client));
  }

  /** Which event and which device a client speaks for; no device for an observer. */
  idsOf(client: Client | undefined): { event_id: string | undefined; device_id?: string } {
    const deviceId = (client as SeatClient | undefined)?.connection?.deviceId;
    return { ...this.ids, ...(deviceId ? { device_id: deviceId } : {}) };
  }

  get ids(): { event_id: string | undefined } {
    return { event_id: this.#eventId };
  }
}
