// Offers to install the page as an app, where the browser can. On iOS an installed app has a storage of its own: it is another device,
// with a seat of its own, and that is said before it is offered.
import { useEffect, useState } from "preact/hooks";
import { t } from "../languages/words.ts";
import { install, installOffer, onInstallOffer } from "./install-event.ts";

/** iOS, in a browser: there alone `standalone` exists and is false. */
const isOnIos = () => (navigator as { standalone?: boolean }).standalone === false;

export function InstallOffer() {
  const [offer, setOffer] = useState(installOffer);
  useEffect(() => onInstallOffer(() => setOffer(installOffer())), []);
  if (isOnIos())
    return (
      <p class="hint" data-test="install-ios">
        {t("install.ios")}
      </p>
    );
  if (offer === undefined) return null;
  return (
    <div class="install" data-test="install-offer">
      <p class="hint">{t("install.why")}</p>
      <button type="button" class="button is-small" data-test="install" onClick={install}>
        {t("install.do")}
      </button>
    </div>
  );
}
