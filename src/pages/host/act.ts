// How the dashboard's parts ask for what a host may do.
import type { HostAction } from "../../protocol/session.ts";

/** Asks the room for what the host wants done; shows `done` when it is, or why not. */
export type Act = (action: HostAction, done: string) => void;
