// A link that makes somebody else's browser a host: for this event, or for all.
import { useState } from "preact/hooks";
import type { HostClient, Invitation } from "../../../host/index.ts";
import { hostLink } from "../../core/places.ts";
import { formatMoment } from "../../languages/format.ts";
import { t } from "../../languages/words.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { CopyLink } from "../copy-link.tsx";
import { problemOf } from "../problems.ts";
import { Qr } from "../qr.tsx";
import { FormProblem } from "./event-fields.tsx";

interface InviteDialogProps {
  readonly client: HostClient;
  readonly eventId: string;
  /** Only who is a host of all events can make another one. */
  readonly isForAll: boolean;
  readonly onClose: () => void;
}

export function InviteDialog({ client, eventId, isForAll, onClose }: InviteDialogProps) {
  const [scope, setScope] = useState<"one" | "all">("one");
  const [invitation, setInvitation] = useState<Invitation | undefined>(undefined);
  const [problem, setProblem] = useState("");
  const make = () => {
    setProblem("");
    client.invite(scope === "one" ? { event_id: eventId } : {}).then(setInvitation, (error: unknown) => {
      setProblem(problemOf(error));
    });
  };
  const link = invitation && hostLink(location.href, invitation.code, scope === "one" ? eventId : undefined);
  return (
    <Dialog title={t("host.invite.title")} onClose={onClose} isWide>
      {(close) => (
        <div class="form">
          <p>{t("host.invite.words")}</p>
          {isForAll && (
            <fieldset class="choices">
              <legend>{t("host.invite.for")}</legend>
              {(["one", "all"] as const).map((each) => (
                <label key={each} class="choice">
                  <input
                    type="radio"
                    name="invite-for"
                    data-test={`invite-${each}`}
                    checked={scope === each}
                    onChange={() => {
                      setScope(each);
                      setInvitation(undefined);
                    }}
                  />
                  <span>{t(`host.invite.for-${each}`)}</span>
                </label>
              ))}
            </fieldset>
          )}
          <FormProblem text={problem} />
          {link === undefined || invitation === undefined ? (
            <button type="button" class="button is-primary" data-test="invite-make" onClick={make}>
              {t("host.invite.make")}
            </button>
          ) : (
            <div class="invitation">
              <Qr link={link} label={t("host.invite.qr")} />
              <CopyLink link={link} isOnce />
              <p class="hint">{t("host.invite.once", { time: formatMoment(invitation.expires_at) })}</p>
            </div>
          )}
          <div class="buttons is-end">
            <button type="button" class="button" onClick={close}>
              {t("done")}
            </button>
          </div>
        </div>
      )}
    </Dialog>
  );
}
