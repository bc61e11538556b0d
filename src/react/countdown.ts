// How long it is until an instant of the server's, as it passes.
import { useEffect, useReducer } from "react";
import type { Listen, Place } from "./event-handle.ts";
import { useReading } from "./reading.ts";

const toNothing: Listen = () => () => {};
const usualStepMs = 1000;
const sessionOf = ({ session }: Place) => session;

/**
 * The time until an instant of the server's clock, in ms, rounded up to a multiple of `stepMs`, 0 when it is over; renders
 * again at each step.
 * @param instant epoch ms of the server, as in `graceExpiresAt` and `outage.seatUntil`; 0 and undefined are none
 * @param stepMs how long a step is, in ms; 1,000 in place of what is no time above 0
 * @returns undefined without an instant, and before the session is open
 * @example const leftMs = useServerCountdown(participant.graceExpiresAt); // 30000, 29000, ... 0
 */
export function useServerCountdown(instant: number | undefined, stepMs = usualStepMs): number | undefined {
  const everyMs = stepMs > 0 ? stepMs : usualStepMs; // without a length there would be no end of steps
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
