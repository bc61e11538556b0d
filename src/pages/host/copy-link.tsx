// A link that can be opened, copied, or read off. Over plain http there is no clipboard: then it is selected instead.
import { useRef, useState } from "preact/hooks";
import { t } from "../languages/words.ts";

interface CopyLinkProps {
  readonly link: string;
  /** A one-time link is spent by whoever opens it: it is text only. */
  readonly isOnce?: boolean;
}

export function CopyLink({ link, isOnce = false }: CopyLinkProps) {
  const text = useRef<HTMLElement>(null);
  const [said, setSaid] = useState("");
  const select = () => {
    if (text.current !== null) getSelection()?.selectAllChildren(text.current);
    setSaid(t("host.copy.selected"));
  };
  const copy = () => {
    if (navigator.clipboard === undefined) select();
    else navigator.clipboard.writeText(link).then(() => setSaid(t("host.copy.done")), select);
  };
  return (
    <div class="copy">
      <p class="share-link">
        {isOnce ? (
          <code ref={text} dir="ltr" data-test="one-time-link">
            {link}
          </code>
        ) : (
          <a href={link} target="_blank" rel="noreferrer">
            <span ref={text} dir="ltr">
              {link}
            </span>
            <span class="visually-hidden"> {t("host.copy.new-tab")}</span>
          </a>
        )}
      </p>
      <div class="buttons">
        <button type="button" class="button" onClick={copy}>
          {t("host.copy.do")}
        </button>
        <span class="hint" role="status">
          {said}
        </span>
      </div>
    </div>
  );
}
