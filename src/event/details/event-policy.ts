// The rules' numbers of one event: the server's, and the grace that its host has given it.
import type { SeatPolicy } from "../../seats/seat.ts";

export class EventPolicy implements SeatPolicy {
  readonly heartbeatTimeoutMs: number;
  readonly quietTimeMs: number;
  readonly flapsPerMinute: number;
  /** How long a seat is held for one who drops from now on, in ms. */
  gracePeriodMs: number;

  /** @param server the settings of the process */
  constructor(server: SeatPolicy) {
    this.gracePeriodMs = server.gracePeriodMs;
    this.heartbeatTimeoutMs = server.heartbeatTimeoutMs;
    this.quietTimeMs = server.quietTimeMs ?? 0;
    this.flapsPerMinute = server.flapsPerMinute ?? 0;
  }
}
