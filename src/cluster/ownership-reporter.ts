// The port by which the cluster reports events as they come to this process and go, and errors that nobody else handles.
// Implemented by ops/telemetry.

/** `opened`: new here. `adopted`: taken on with its seats. `lost`: claimed by another. `handed_over`: given up. */
export type OwnershipChange = "opened" | "adopted" | "lost" | "handed_over";

export interface OwnershipReporter {
  recordOwnership(change: OwnershipChange, fields: { event_id: string; epoch: number }): void;
  /** Must not throw. */
  reportError(where: "cluster", error: unknown): void;
}
