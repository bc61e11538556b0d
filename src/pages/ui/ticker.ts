// The one timer of a page: whatever counts down on it is called from here, and writes to its own elements only.
// No component renders because time has passed.

const tickMs = 250;
type Task = () => void;

const tasks = new Set<Task>();
let timer: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  if (document.visibilityState === "hidden") return;
  for (const task of tasks) task();
}

/** Calls `task` now, four times a second while the page is seen, and when it is seen again; returns what stops it. */
export function everyTick(task: Task): () => void {
  tasks.add(task);
  task();
  if (timer === undefined) {
    timer = setInterval(tick, tickMs);
    document.addEventListener("visibilitychange", tick);
  }
  return () => {
    tasks.delete(task);
    if (tasks.size > 0) return;
    clearInterval(timer);
    timer = undefined;
    document.removeEventListener("visibilitychange", tick);
  };
}

/** Writes a text only when it is another: an unchanged one costs no layout. */
export function write(element: Element | null, text: string): void {
  if (element !== null && element.textContent !== text) element.textContent = text;
}
