// A link as a QR code. Drawn here, by the browser: nothing is asked elsewhere. Dark on white in every look: cameras want it so.
import { useMemo } from "preact/hooks";
import { encode } from "uqr";

function qrPath(text: string): { size: number; path: string } {
  const { data, size } = encode(text, { ecc: "M", border: 2 });
  const path = data
    .flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])))
    .join("");
  return { size, path };
}

export function Qr({ link, label }: { readonly link: string; readonly label: string }) {
  const { size, path } = useMemo(() => qrPath(link), [link]);
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <rect class="qr-paper" width={size} height={size} />
      <path class="qr-ink" d={path} />
    </svg>
  );
}
