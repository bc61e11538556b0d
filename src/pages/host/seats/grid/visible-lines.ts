// The lines of the list that are drawn, as the page is scrolled. Draws again when others come into sight, not with every pixel.
import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { visibleLines, type WindowOverList } from "../../../core/seats/visible-lines.ts";

/**
 * @param list the element that all lines are in
 * @param lineHeight in pixels
 * @param kept a line that stays in the document wherever the page is scrolled: the one with the focus; -1 for none
 */
export function useVisibleLines(
  list: RefObject<HTMLElement | null>,
  lineHeight: number,
  count: number,
  kept: number,
): readonly number[] {
  const seen = useRef<WindowOverList>({ scrolled: 0, height: innerHeight, listTop: 0 });
  const shown = useRef<readonly number[]>([]);
  const [, redraw] = useState(0);
  const lines = visibleLines(seen.current, lineHeight, count, kept);
  shown.current = lines;
  const wanted = useRef(() => lines);
  wanted.current = () => visibleLines(seen.current, lineHeight, count, kept);
  useLayoutEffect(() => {
    let frame = 0;
    const read = () => {
      frame = 0;
      const top = list.current?.getBoundingClientRect().top;
      if (top === undefined) return;
      seen.current = { scrolled: scrollY, height: innerHeight, listTop: top + scrollY };
      const next = wanted.current();
      const isSame =
        next.length === shown.current.length && next.every((line, at) => line === shown.current[at]);
      if (!isSame) redraw((times) => times + 1);
    };
    const soon = () => {
      frame ||= requestAnimationFrame(read);
    };
    read();
    const observer = new ResizeObserver(soon); // whatever is above the list may grow
    observer.observe(document.body);
    addEventListener("scroll", soon, { passive: true });
    addEventListener("resize", soon);
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
      removeEventListener("scroll", soon);
      removeEventListener("resize", soon);
    };
  }, [list]);
  return lines;
}
