// Which lines of a long list are near enough to the window to be in the document. All lines are of one height, so that this is
// arithmetic and nothing has to be measured. Pure.

export interface WindowOverList {
  /** How far down the page is scrolled, and how much of it is seen, in pixels. */
  readonly scrolled: number;
  readonly height: number;
  /** Where on the page the list begins. */
  readonly listTop: number;
}

/** Lines beyond the window's edges, so that a quick scroll does not come upon nothing. */
export const linesBeyond = 6;

/**
 * The numbers of the lines that are drawn, in order.
 * @param kept a line that is drawn wherever the page is scrolled: the one with the focus; -1 for none
 */
export function visibleLines(
  { scrolled, height, listTop }: WindowOverList,
  lineHeight: number,
  count: number,
  kept: number,
): number[] {
  const within = (line: number) => Math.max(0, Math.min(line, count));
  const from = within(Math.floor((scrolled - listTop) / lineHeight) - linesBeyond);
  const to = within(Math.ceil((scrolled + height - listTop) / lineHeight) + linesBeyond);
  const lines = Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
  if (kept >= 0 && kept < from) return [kept, ...lines];
  return kept >= to && kept < count ? [...lines, kept] : lines;
}
