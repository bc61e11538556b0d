// The server's clock, for everything that counts down: given once at the top, read by rings, lines and charts.
import { createContext } from "preact";
import { useContext } from "preact/hooks";

type Clock = () => number;

export const ClockContext = createContext<Clock>(() => Date.now());

/** The server's epoch milliseconds as the session knows them. */
export function useClock(): Clock {
  return useContext(ClockContext);
}
