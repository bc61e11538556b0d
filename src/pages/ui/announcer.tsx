// What a screen reader reads of its own accord: one polite region, a sentence at a time, never a countdown.
import { useEffect, useState } from "preact/hooks";

/** Reads `text` out when it changes. */
export function Announcer({ text }: { readonly text: string }) {
  const [shown, setShown] = useState("");
  useEffect(() => setShown(text), [text]); // a region that is born with its text is not read
  return (
    <p class="visually-hidden" role="status" aria-live="polite">
      {shown}
    </p>
  );
}
