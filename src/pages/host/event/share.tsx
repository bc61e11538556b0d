// The way into the event: its join page as a QR code and as a link.
import { isOnlyThisMachine, joinLink } from "../../core/places.ts";
import { t } from "../../languages/words.ts";
import { CopyLink } from "../copy-link.tsx";
import { Qr } from "../qr.tsx";

interface ShareProps {
  readonly eventId: string;
  readonly onLobby: () => void;
}

export function Share({ eventId, onLobby }: ShareProps) {
  const link = joinLink(location.href, eventId);
  return (
    <section class="card share" aria-labelledby="share">
      <h2 id="share">{t("host.share.title")}</h2>
      <Qr link={link} label={t("host.share.qr")} />
      <CopyLink link={link} />
      <div class="buttons">
        <button type="button" class="button" onClick={onLobby}>
          {t("host.share.projector")}
        </button>
      </div>
      {isOnlyThisMachine(link) && <p class="hint">{t("host.share.only-here")}</p>}
    </section>
  );
}
