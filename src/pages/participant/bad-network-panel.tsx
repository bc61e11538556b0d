// Buttons that break this page's network, so that anybody can see a seat being kept. Nothing here knows the client.
import { useEffect, useRef, useState } from "preact/hooks";
import { clockface, secondsLeft } from "../core/countdown.ts";
import type { BadNetwork } from "../network/bad-network.ts";
import { Announcer } from "../ui/announcer.tsx";
import { everyTick, write } from "../ui/ticker.ts";

const darkSeconds = [5, 20, 40] as const;

export function BadNetworkPanel({ network }: { readonly network: BadNetwork }) {
  const [darkUntil, setDarkUntil] = useState(network.darkUntil);
  useEffect(() => network.onChange(() => setDarkUntil(network.darkUntil)), [network]);
  const isDark = darkUntil > 0;
  return (
    <section class="card network" data-dark={isDark} aria-labelledby="network">
      <h2 id="network">Break the network</h2>
      <p class="hint">
        Only this page&rsquo;s, and only simulated. Watch yourself from another device or the host dashboard.
      </p>
      <Announcer text={isDark ? "The simulated network is dark." : ""} />
      {isDark ? (
        <div class="darkness">
          <p>
            Dark for <DarkSeconds network={network} until={darkUntil} /> more: nothing comes through, in
            either direction.
          </p>
          <button type="button" class="button" onClick={() => network.heal()}>
            Light again
          </button>
        </div>
      ) : (
        <div class="buttons">
          <button type="button" class="button" onClick={() => network.cut()}>
            Drop the socket
          </button>
          <button type="button" class="button" onClick={() => location.reload()}>
            Reload the page
          </button>
          <div class="buttons is-joined" role="group" aria-label="Go dark">
            <span class="buttons-label" aria-hidden="true">
              Go dark
            </span>
            {darkSeconds.map((seconds) => (
              <button
                key={seconds}
                type="button"
                class="button"
                aria-label={`Go dark for ${seconds} seconds`}
                onClick={() => network.goDark(seconds * 1000)}
              >
                {seconds} s
              </button>
            ))}
          </div>
        </div>
      )}
    </section>
  );
}

function DarkSeconds({ network, until }: { readonly network: BadNetwork; readonly until: number }) {
  const text = useRef<HTMLElement>(null);
  useEffect(
    () => everyTick(() => write(text.current, clockface(secondsLeft(until, network.timers.now())))),
    [network, until],
  );
  return <strong ref={text} class="seconds" aria-hidden="true" />;
}
