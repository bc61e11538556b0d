// How long it is until an instant of the server's, as it passes.
import { useEffect, useReducer } from "react";
import type { Listen, Place } from "./event-handle.ts";
import { useReading } from "./reading.ts";

const toNothing: Listen = () => () => {};
const sessionOf = ({ session }: Place) => session;

/**
 * The time until an instant of the server's clock, in ms, rounded up to a multiple of `everyMs`, 0 when it is over; renders
 * again at each step.
 * @param instant epoch ms of the server, as in `graceExpiresAt` and `outage.seatUntil`; 0 and undefined are none
 * @param everyMs how long a step is, in ms
 * @returns undefined without an instant, and before the session is open
 * @example const leftMs = useServerCountdown(participant.graceExpiresAt); // 30000, 29000, ... 0
 */
export function useServerCountdown(instant: number | undefined, everyMs = 1000): number | undefined {
  const session = useReading(toNothing, sessionOf);
  const [, render] = useReducer((renders: number) => renders + 1, 0);
  useEffect(() => {
    if (!instant || session === undefined) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const arm = () => {
      clearTimeout(timer);
      const leftMs = instant - session.serverNow();
      if (leftMs > 0) timer = setTimeout(step, leftMs % everyMs || everyMs);
    };
    const step = () => {
      render();
      arm();
    };
    arm();
    const stop = session.on("status", step); // the server's clock may be another one now
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [session, instant, everyMs]);
  if (!instant || session === undefined) return undefined;
  return Math.max(0, Math.ceil((instant - session.serverNow()) / everyMs) * everyMs);
}
