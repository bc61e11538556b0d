// What can be said of the connection, in bars and in words.
import type { ConnectionQuality } from "../../client/index.ts";
import { t, type Words } from "../languages/words.ts";

const words: Readonly<Record<ConnectionQuality, Words>> = {
  good: "quality.good",
  unsteady: "quality.unsteady",
  no_answer: "quality.no-answer",
  none: "quality.none",
};
const barsOf: Readonly<Record<ConnectionQuality, number>> = { good: 3, unsteady: 2, no_answer: 1, none: 0 };

export function Quality({ quality }: { readonly quality: ConnectionQuality }) {
  const bars = barsOf[quality];
  return (
    <span class="quality" data-test="quality" data-quality={quality}>
      <svg viewBox="0 0 18 14" aria-hidden="true" focusable="false">
        {[1, 2, 3].map((bar) => (
          <rect
            key={bar}
            class={bar <= bars ? "quality-bar" : "quality-bar is-empty"}
            x={bar * 6 - 5.25}
            y={13.25 - bar * 4}
            width="3.5"
            height={bar * 4}
            rx="1"
          />
        ))}
      </svg>
      {t(words[quality])}
    </span>
  );
}
