// A button that cannot be pressed now. It is not `disabled`: a browser takes the keyboard's focus away from such a one, and
// whoever was on it is at the beginning of the page.
import type { MouseEventHandler } from "preact";

type OnClick = MouseEventHandler<HTMLButtonElement>;

/**
 * What makes a button do nothing while it is off, say so, and keep the focus.
 * @example <button type="button" {...offWhen(!isLive, () => lock())}>Lock</button>
 */
export function offWhen(
  isOff: boolean,
  onClick: OnClick,
): { readonly "aria-disabled": boolean; readonly onClick: OnClick | undefined } {
  return { "aria-disabled": isOff, onClick: isOff ? undefined : onClick };
}
