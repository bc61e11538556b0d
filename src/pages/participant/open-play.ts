// Whether a code that is no event's opens one: what the server's setting says (`OPEN_PLAY`). Asked only when there is none.
import { serverOf } from "../core/places.ts";

export async function isOpenPlay(): Promise<boolean> {
  try {
    const answer = await fetch(`${serverOf(location.href)}/api/v1/server`, { cache: "no-store" });
    const { open_play: isOpen } = (await answer.json()) as { open_play?: unknown };
    return answer.ok && isOpen === true;
  } catch {
    return false;
  }
}
