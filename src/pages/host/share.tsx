// The way into the event: its join page as a QR code and as a link. Drawn here, by the browser: nothing is asked elsewhere.
import { useMemo, useState } from "preact/hooks";
import { encode } from "uqr";
import { isOnlyThisMachine, joinLink } from "../core/places.ts";

function qrPath(text: string): { size: number; path: string } {
  const { data, size } = encode(text, { ecc: "M", border: 2 });
  const path = data
    .flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])))
    .join("");
  return { size, path };
}

export function Share({ eventId }: { readonly eventId: string }) {
  const link = joinLink(location.href, eventId);
  const qr = useMemo(() => qrPath(link), [link]);
  const [copied, setCopied] = useState("");
  const copy = () => {
    if (navigator.clipboard === undefined) setCopied("Select the link to copy it.");
    else
      navigator.clipboard.writeText(link).then(
        () => setCopied("Copied."),
        () => setCopied("Select the link to copy it."),
      );
  };
  return (
    <section class="card share" aria-labelledby="share">
      <h2 id="share">Way in</h2>
      <svg class="qr" viewBox={`0 0 ${qr.size} ${qr.size}`} role="img" aria-label="QR code of the join page">
        <rect class="qr-paper" width={qr.size} height={qr.size} />
        <path class="qr-ink" d={qr.path} />
      </svg>
      <p class="share-link">
        <a href={link} target="_blank" rel="noreferrer">
          {link}
          <span class="visually-hidden"> (opens in a new tab)</span>
        </a>
      </p>
      <div class="buttons">
        <button type="button" class="button is-small" onClick={copy}>
          Copy the link
        </button>
        <span class="hint" role="status">
          {copied}
        </span>
      </div>
      {isOnlyThisMachine(link) && (
        <p class="hint">
          A phone cannot open this address: it means the phone itself. Open the dashboard by this
          machine&rsquo;s network address instead.
        </p>
      )}
    </section>
  );
}
