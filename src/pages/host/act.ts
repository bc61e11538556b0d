// How the parts of the host's page ask for what a host may do.
import type { HostAction, HostActionResult } from "../../host/index.ts";

/**
 * Asks for what the host wants done; shows `done` when it is, or why not. Resolves with what became of it; with undefined when
 * nobody has answered, or it was refused.
 */
export type Act = (action: HostAction, done: string) => Promise<HostActionResult | undefined>;
