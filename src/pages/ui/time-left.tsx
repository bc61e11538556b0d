// What is left of a countdown, as a clock shows it; moved by the ticker, not by rendering.
import { useLayoutEffect, useRef } from "preact/hooks";
import { secondsLeft } from "../core/countdown.ts";
import { formatCountdown } from "../languages/format.ts";
import { useClock } from "./clock.ts";
import { everyTick, write } from "./ticker.ts";

/** `0:23`, counting down to `until`, in the server's time. */
export function TimeLeft({ until }: { readonly until: number }) {
  const text = useRef<HTMLElement>(null);
  const clock = useClock();
  useLayoutEffect(
    () => everyTick(() => write(text.current, formatCountdown(secondsLeft(until, clock())))),
    [until, clock],
  );
  return <bdi ref={text} class="seconds" data-test="seconds" />;
}
