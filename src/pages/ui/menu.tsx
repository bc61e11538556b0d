// A menu of rare actions beside the button that opened it. The browser's own popover: it closes by Escape and by a press
// anywhere else; the keys move in it, and the focus goes back to the button.
import { useLayoutEffect, useRef } from "preact/hooks";
import { offWhen } from "./off.ts";

export interface MenuItem {
  /** Names it for tests. */
  readonly id: string;
  readonly text: string;
  readonly isDanger?: boolean;
  readonly isDisabled?: boolean;
  readonly onPick: () => void;
}

interface MenuProps {
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly anchor: HTMLElement;
  readonly onClose: () => void;
}

/** Between the button and the menu, and between the menu and the window's edge, in pixels. */
const gap = 4;

function place(menu: HTMLElement, anchor: HTMLElement): void {
  const [own, at] = [menu.getBoundingClientRect(), anchor.getBoundingClientRect()];
  const isRtl = getComputedStyle(anchor).direction === "rtl";
  const below = at.bottom + gap;
  const isAbove = below + own.height > innerHeight && at.top - gap - own.height > 0;
  const wanted = isRtl ? at.left : at.right - own.width;
  menu.style.insetBlockStart = `${isAbove ? at.top - gap - own.height : below}px`;
  menu.style.left = `${Math.max(gap, Math.min(wanted, innerWidth - own.width - gap))}px`;
}

/** Open as long as it is rendered. */
export function Menu({ label, items, anchor, onClose }: MenuProps) {
  const menu = useRef<HTMLDivElement>(null);
  const buttons = () => [...(menu.current?.querySelectorAll<HTMLElement>("button") ?? [])];
  useLayoutEffect(() => {
    const element = menu.current;
    if (element === null) return undefined;
    if ("showPopover" in element) element.showPopover(); // browsers from 2023 on; before, it is a part of the page
    place(element, anchor);
    buttons()[0]?.focus();
    // what was scrolled before the press may be told of after it: only a button that has moved closes its menu
    const openedAt = anchor.getBoundingClientRect().top;
    const scrolled = () => Math.abs(anchor.getBoundingClientRect().top - openedAt) > 1 && onClose();
    addEventListener("scroll", scrolled);
    return () => {
      removeEventListener("scroll", scrolled);
      if (element.contains(document.activeElement) && anchor.isConnected) anchor.focus();
    };
  }, [anchor]);
  const move = (event: KeyboardEvent) => {
    const all = buttons();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Tab" || event.key === "Escape") onClose();
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    all.at(to === all.length ? 0 : to)?.focus();
  };
  return (
    <div
      ref={menu}
      popover="auto"
      class="menu"
      role="menu"
      aria-label={label}
      onKeyDown={move}
      onToggle={(event) => {
        if ((event as unknown as ToggleEvent).newState === "closed") onClose();
      }}
    >
      {items.map(({ id, text, isDanger = false, isDisabled = false, onPick }) => (
        <button
          key={id}
          type="button"
          role="menuitem"
          class={`menu-item ${isDanger ? "is-danger" : ""}`}
          data-test={id}
          {...offWhen(isDisabled, () => {
            onClose();
            onPick();
          })}
        >
          {text}
        </button>
      ))}
    </div>
  );
}
