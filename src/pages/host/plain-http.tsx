// Over plain http phones have no service worker: said once to the host, until it is understood.
import { useState } from "preact/hooks";
import { t } from "../languages/words.ts";
import { storedText, storeText } from "./stored-text.ts";

const key = "holdfast.plain-http";

export function PlainHttp() {
  const [isOpen, setIsOpen] = useState(!isSecureContext && storedText(key) === undefined);
  if (!isOpen) return null;
  const understood = () => {
    storeText(key, "understood");
    setIsOpen(false);
  };
  return (
    <div class="notice" data-test="plain-http">
      <p>
        {t("host.http.words")} {t("host.http.how", { file: "docs/operating.md" })}
      </p>
      <button type="button" class="button" onClick={understood}>
        {t("host.http.understood")}
      </button>
    </div>
  );
}
