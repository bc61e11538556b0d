// The one sentence under the demo's title: what happens now, and what to try next. Pure.
import { t } from "../languages/words.ts";
import type { FromPhone } from "./messages.ts";

/** All that the page knows. */
export interface Scene {
  readonly ann: FromPhone | undefined;
  /** Ann is in the tunnel. */
  readonly isDark: boolean;
  /** The server has been killed, and is not back. */
  readonly isKilled: boolean;
  /** How many answers Ann had given when the tunnel began. */
  readonly answeredBefore: number;
  readonly hasBeenDark: boolean;
  readonly hasBeenKilled: boolean;
}

export function captionOf(scene: Scene): string {
  const { ann, isDark, isKilled, hasBeenDark, hasBeenKilled } = scene;
  if (ann === undefined || ann.status === "connecting") return t("demo.caption.starting");
  if (isKilled) return t("demo.caption.killed");
  if (isDark) return ann.pending > 0 ? t("demo.caption.waits", { n: ann.pending }) : t("demo.caption.dark");
  if (ann.status !== "connected") return t("demo.caption.returning");
  if (hasBeenKilled) return t("demo.caption.restarted");
  if (hasBeenDark)
    return ann.answered > scene.answeredBefore
      ? t("demo.caption.counted", { seconds: ann.backAfterS })
      : t("demo.caption.back", { seconds: ann.backAfterS });
  return ann.answered > 0 ? t("demo.caption.tunnel") : t("demo.caption.answer");
}
