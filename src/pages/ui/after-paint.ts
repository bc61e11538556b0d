// When there is time for what nobody waits for.

/** In a tab that nobody sees nothing is painted: then it is after this time, in ms. */
const unseenMs = 1000;

/** Resolves when what is on its way to the screen has been painted, so that what is done then delays nothing that is waited for. */
export function afterPaint(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, unseenMs);
    requestAnimationFrame(() => setTimeout(resolve));
  });
}
