// How the dashboard's parts ask for what a host may do.
import type { HostAction } from "../../protocol/session.ts";

/** Makes the host's wishes come true, and says `done` when they have, or why not. */
export type Act = (action: HostAction, done: string) => void;
