// Bounds of a fraction of a second, on machines that now and then stand still for longer.
import { monitorEventLoopDelay } from "node:perf_hooks";

/** So often a task is begun again at most. */
const tries = 4;

/**
 * Runs a task that asserts how soon something happens. Where it fails, and this process's event loop stood still meanwhile
 * for `stoodStillMs` or longer, that says nothing of what was measured, and it is run again; any other failure is one.
 * @param task must be fit to be run again: with an event of its own each time
 */
export async function onSteadyMachine(task: () => Promise<void>, stoodStillMs: number): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    try {
      return await task();
    } catch (error) {
      if (delay.max / 1e6 < stoodStillMs || attempt === tries) throw error;
    } finally {
      delay.disable();
    }
  }
}
