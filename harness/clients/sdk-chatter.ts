// What the SDK says on the console about every outage and every message without a handler, kept off the terminal.

const chatter =
  /^\[Colyseus reconnection\]|Room connection was closed unexpectedly|onMessage\(\) not registered/;

/** For a program that makes outages on purpose: once, before the first. Other lines are written as ever. */
export function silenceSdk(): void {
  for (const level of ["info", "warn"] as const) {
    const write = console[level].bind(console);
    console[level] = (...parts: unknown[]) => {
      if (!chatter.test(String(parts[0]))) write(...parts);
    };
  }
}
