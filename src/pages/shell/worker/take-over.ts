// A new worker takes over only when no tab is in an event: asks every open page of ours, and takes silence for a yes.
import type { ToPage } from "./names.ts";
import type { WorkerClient, WorkerScope } from "./scope.ts";

/** A page whose tab sleeps does not answer; one that can does so at once. */
const answerWithinMs = 1000;

function isInEvent(client: WorkerClient): Promise<boolean> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const answer = (isSo: boolean) => {
      clearTimeout(timer);
      port1.close();
      resolve(isSo);
    };
    const timer = setTimeout(answer, answerWithinMs, true);
    port1.addEventListener("message", ({ data }: MessageEvent) => answer(data !== false));
    port1.start();
    client.postMessage({ type: "is_in_event" } satisfies ToPage, [port2]);
  });
}

/** @param isOurs whether an address is one of our pages: others do not answer, and are in no event of ours */
export async function takeOverIfFree(scope: WorkerScope, isOurs: (url: URL) => boolean): Promise<void> {
  const open = await scope.clients.matchAll({ type: "window", includeUncontrolled: true });
  const pages = open.filter(({ url }) => isOurs(new URL(url)));
  const answers = await Promise.all(pages.map(isInEvent));
  if (!answers.includes(true)) await scope.skipWaiting();
}
